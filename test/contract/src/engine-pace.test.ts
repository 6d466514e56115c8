import type { ChatRequest } from '@proofmill/contract';
import { type VllmOptions, vllmEngine } from '@proofmill/vllm';
import { afterEach, expect, test } from 'vitest';
import { chatAnswer, startRawServer } from './engine-raw-server.ts';

const never = new AbortController().signal;
const request: ChatRequest = {
  ...{ kind: 'chat', model: 'judge', messages: [{ role: 'user', content: 'a'.repeat(40) }] },
  ...{ n: 1, seed: 0, temperature: 1, topP: 1, maxTokens: 16, chatTemplateKwargs: {} },
};

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** An engine that answers with these headers, the first time with this status, and notes when it was asked. */
async function engineWith(headers: Record<string, string>, more: Partial<VllmOptions> = {}, firstStatus = 200) {
  const askedAtMs: number[] = [];
  const server = await startRawServer((_request, response) => {
    askedAtMs.push(performance.now());
    const isFirst = askedAtMs.length === 1;
    response.writeHead(isFirst ? firstStatus : 200, {
      'content-type': 'application/json',
      ...(isFirst ? headers : {}),
    });
    response.end(JSON.stringify(chatAnswer({ usage: { prompt_tokens: 10, completion_tokens: 10 } })));
  });
  cleanUp.push(server.close);
  const engine = vllmEngine({ baseUrl: server.url, ...more });
  cleanUp.push(engine.close);
  return { engine, askedAtMs };
}

const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, index) => time - (times[index] ?? 0));

test.each([
  ['requests', { requestsPerMinute: 1200 }],
  ['tokens', { tokensPerMinute: 24_000 }],
])('requests that come at once are spread over the minute by a rate of %s', async (_, rate) => {
  const { engine, askedAtMs } = await engineWith({}, { rate });
  const startMs = performance.now();
  await Promise.all(Array.from({ length: 5 }, () => engine.answer(request, never)));
  // 50 ms apart.
  expect((askedAtMs.at(-1) ?? 0) - startMs).toBeGreaterThan(195);
});

test.each<[string, number, Record<string, string>]>([
  ['no request is left', 200, { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '300ms' }],
  ['no token is left', 200, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '0.3' }],
  ['it is asked too much', 429, { 'retry-after': '0.3' }],
])('every request waits as long as the server says when %s', async (_, status, headers) => {
  const { engine, askedAtMs } = await engineWith(headers, {}, status);
  await engine.answer(request, never).catch(() => undefined);
  await Promise.all([engine.answer(request, never), engine.answer(request, never)]);
  expect(gaps(askedAtMs)[0]).toBeGreaterThan(280);
});

test('a hosted model, which has no /health, is well while it lists its models', async () => {
  let status = 200;
  const server = await startRawServer(({ url }, response) =>
    response.writeHead(url === '/v1/models' ? status : 404).end('{}'),
  );
  cleanUp.push(server.close);
  const engine = vllmEngine({ baseUrl: server.url });
  cleanUp.push(engine.close);
  expect(await engine.healthy(never)).toBe(true);
  status = 503;
  expect(await engine.healthy(never)).toBe(false);
});

test('a gateway that puts a question to all its models for /health is well while it lists them', async () => {
  const server = await startRawServer(({ url }, response) => {
    if (url === '/health') return; // as long as its slowest model takes
    // LiteLLM names itself in its answers, not in the list of its models.
    const headers: Record<string, string> = url === '/v1/chat/completions' ? { 'x-litellm-call-id': 'one' } : {};
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(chatAnswer()));
  });
  cleanUp.push(server.close);
  const engine = vllmEngine({ baseUrl: server.url });
  cleanUp.push(engine.close);
  await engine.answer(request, never);
  expect(await engine.healthy(never)).toBe(true);
  expect(server.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v1/models']);
});
