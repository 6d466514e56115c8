import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatRequest } from '@proofmill/contract';
import { type Timeouts, type VllmOptions, vllmEngine } from '@proofmill/vllm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chatAnswer, choice, startRawServer } from './engine-raw-server.ts';

const never = new AbortController().signal;
const request = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'judge',
  messages: [{ role: 'user', content: 'Grüße, 世界 😀' }],
  n: 1,
  seed: 41,
  temperature: 0.6,
  topP: 0.9,
  maxTokens: 16,
  chatTemplateKwargs: {},
  ...more,
});

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const engineAt = (baseUrl: string, timeouts: Timeouts = {}, more: Partial<VllmOptions> = {}) => {
  const engine = vllmEngine({ baseUrl, timeouts, ...more });
  cleanUp.push(engine.close);
  return engine;
};

const send = (response: ServerResponse, body: object = chatAnswer()): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

async function serve(answer: Parameters<typeof startRawServer>[0] = (_request, response) => send(response)) {
  const server = await startRawServer(answer);
  cleanUp.push(server.close);
  return server;
}

describe('what is sent', () => {
  test('is the request, and nothing else', async () => {
    const server = await serve();
    await engineAt(server.url).chat(request(), never);
    const [asked] = server.asked;
    expect(asked?.path).toBe('/v1/chat/completions');
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      model: 'judge',
      messages: [{ role: 'user', content: 'Grüße, 世界 😀' }],
      n: 1,
      seed: 41,
      temperature: 0.6,
      top_p: 0.9,
      max_tokens: 16,
      stream: false,
    });
    const { host: _host, ...headers } = asked?.headers ?? {};
    expect(headers).toEqual({
      accept: 'application/json',
      connection: 'keep-alive',
      'content-length': String(Buffer.byteLength(asked?.body ?? '')),
      'content-type': 'application/json',
      'user-agent': 'proofmill',
    });
  });

  test('has arguments for the template where there are some, and the key where there is one', async () => {
    const server = await serve();
    const engine = engineAt(`${server.url}/gateway/v1/`, {}, { apiKey: 'key' });
    await engine.chat(request({ chatTemplateKwargs: { enable_thinking: false } }), never);
    const [asked] = server.asked;
    expect(asked?.path).toBe('/gateway/v1/chat/completions');
    expect(asked?.headers.authorization).toBe('Bearer key');
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({ chat_template_kwargs: { enable_thinking: false } });
    await engine.healthy(never);
    expect(server.asked[1]?.path).toBe('/gateway/health');
  });

  test('does not depend on variables that are meant for OpenAI', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:1');
    vi.stubEnv('OPENAI_API_KEY', 'theirs');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-theirs: 1');
    vi.stubEnv('OPENAI_LOG', 'debug');
    const server = await serve();
    await engineAt(server.url).chat(request(), never);
    expect(server.asked[0]?.headers).not.toHaveProperty('authorization');
    expect(server.asked[0]?.headers).not.toHaveProperty('x-theirs');
  });

  test('asks for the log-probability of the tokens that are there', async () => {
    const tokens = [null, { 17: { logprob: -1.5, rank: 3 } }, { 4: { logprob: -9999, rank: 9 } }];
    const server = await serve((_request, response) => send(response, { choices: [{ prompt_logprobs: tokens }] }));
    expect(await engineAt(server.url).logprobs({ model: 'judge', text: 'a b c' }, never)).toEqual([null, -1.5, -9999]);
    expect(server.asked[0]?.path).toBe('/v1/completions');
    expect(JSON.parse(server.asked[0]?.body ?? '')).toMatchObject({
      prompt: 'a b c',
      prompt_logprobs: 0,
      max_tokens: 1,
    });
  });
});

describe('what is read', () => {
  test('choices in the order of their numbers, reasoning by either name, an unknown end', async () => {
    const choices = [
      choice(2, { finish_reason: null }, { content: null, reasoning: 'thought' }),
      choice(0, { finish_reason: 'length' }, { reasoning_content: 'older thought' }),
      choice(1),
    ];
    const server = await serve((_request, response) => send(response, chatAnswer({}, choices)));
    expect(await engineAt(server.url).chat(request({ n: 3 }), never)).toEqual({
      choices: [
        { content: 'text 0', reasoning: 'older thought', finishReason: 'length' },
        { content: 'text 1', reasoning: '', finishReason: 'stop' },
        { content: '', reasoning: 'thought', finishReason: 'unknown' },
      ],
      promptTokens: 5,
      completionTokens: 2,
    });
  });

  test('letters that come in two pieces', async () => {
    const text = 'Grüße, 世界 😀'.repeat(50);
    const server = await serve(async (_request, response) => {
      const bytes = Buffer.from(JSON.stringify(chatAnswer({}, [choice(0, {}, { content: text })])));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
      for (let at = 0; at < bytes.length; at += 301) {
        response.write(bytes.subarray(at, at + 301));
        await sleep(1);
      }
      response.end();
    });
    expect((await engineAt(server.url).chat(request(), never)).choices[0]?.content).toBe(text);
  });
});

describe('connections', () => {
  test('are used again', async () => {
    const server = await serve();
    const engine = engineAt(server.url);
    for (let index = 0; index < 20; index++) await engine.chat(request(), never);
    await Promise.all(Array.from({ length: 30 }, () => engine.chat(request(), never)));
    for (let index = 0; index < 20; index++) await engine.chat(request(), never);
    expect(server.connections()).toBeLessThanOrEqual(30);
  });

  test('that are idle are closed before the server does it', async () => {
    const server = await serve();
    await engineAt(server.url).chat(request(), never);
    await sleep(3000);
    expect(server.sockets.size).toBe(1);
    await vi.waitFor(() => expect(server.sockets.size).toBe(0), { timeout: 1900 });
  });

  test('that the server closed while they were idle cost no answer', async () => {
    let resets = 0;
    const server = await serve((request_, response) => {
      // The second request on a connection finds it closed, as if both had crossed on the way.
      const { socket } = request_ as { socket: typeof request_.socket & { wasUsed?: boolean } };
      if (socket.wasUsed) {
        resets += 1;
        socket.resetAndDestroy();
      } else {
        socket.wasUsed = true;
        send(response);
      }
    });
    const engine = engineAt(server.url);
    for (let index = 0; index < 10; index++) expect((await engine.chat(request(), never)).choices).toHaveLength(1);
    expect(resets).toBeGreaterThan(0);
  });

  test('that break while the engine works are not tried again', async () => {
    let isFirst = true;
    const server = await serve((_request, response) => {
      if (isFirst) send(response);
      else setTimeout(() => response.socket?.resetAndDestroy(), 1200);
      isFirst = false;
    });
    const engine = engineAt(server.url);
    await engine.chat(request(), never);
    await expect(engine.chat(request(), never)).rejects.toMatchObject({ code: 'engine-died' });
    expect(server.asked).toHaveLength(2);
  });

  test('are gone after close(), and what was in flight is rejected', async () => {
    const server = await serve((_request, response) => {
      if (server.asked.length <= 3) send(response);
    });
    const engine = engineAt(server.url);
    await Promise.all([1, 2, 3].map(() => engine.chat(request(), never)));
    const asking = engine.chat(request(), never);
    const settled = expect(asking).rejects.toMatchObject({ name: 'UnavailableError', code: 'engine-gone' });
    await vi.waitFor(() => expect(server.asked).toHaveLength(4));
    engine.close();
    await settled;
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    await expect(engine.chat(request(), never)).rejects.toMatchObject({ code: 'engine-gone' });
    expect(await engine.healthy(never)).toBe(false);
    expect(server.sockets.size).toBe(0);
  });

  test('end with the request that is aborted', async () => {
    const server = await serve(() => undefined);
    const stop = new AbortController();
    const asking = engineAt(server.url).chat(request(), stop.signal);
    const settled = expect(asking).rejects.toThrow('enough');
    await vi.waitFor(() => expect(server.sockets.size).toBe(1));
    stop.abort(new Error('enough'));
    await settled;
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });
});

describe('time limits', () => {
  const timedOut = { name: 'RetryableError', code: 'timeout' };

  test('to the first byte', async () => {
    const server = await serve(() => undefined);
    const asking = engineAt(server.url, { firstByteMs: 60 }).chat(request(), never);
    await expect(asking).rejects.toMatchObject({
      ...timedOut,
      message: 'While asking for an answer: no answer within 0.06 s.',
    });
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });

  test('to the last byte', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices"');
    });
    const asking = engineAt(server.url, { firstByteMs: 50, totalMs: 150 }).chat(request(), never);
    await expect(asking).rejects.toMatchObject({ ...timedOut, message: expect.stringContaining('no complete answer') });
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });

  test('to a connection', async () => {
    // Accepts, and then says nothing: a handshake that does not come to its end.
    const server = createServer(() => undefined);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    cleanUp.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const asking = engineAt(`https://127.0.0.1:${port}`, { connectMs: 80 }).chat(request(), never);
    await expect(asking).rejects.toMatchObject({ name: 'UnavailableError', code: 'engine-unreachable' });
    await expect(asking).rejects.toThrow('no connection within 0.08 s');
  });

  test('of a question for its health', async () => {
    const server = await serve(() => undefined);
    const startedMs = performance.now();
    expect(await engineAt(server.url).healthy(never)).toBe(false);
    expect(performance.now() - startedMs).toBeGreaterThan(4900);
    expect(performance.now() - startedMs).toBeLessThan(7000);
  });
});
