import type { ServerResponse } from 'node:http';
import { type ChatRequest, ConfigurationError } from '@proofmill/contract';
import { createSimulator } from '@proofmill/simulator';
import { vllmEngine } from '@proofmill/vllm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { engineErrors, fault, secret, words } from './engine-error-rows.ts';
import { chatAnswer, choice, startRawServer } from './engine-raw-server.ts';

const never = new AbortController().signal;
const request = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  kind: 'chat',
  model: 'judge',
  messages: [{ role: 'user', content: words }],
  n: 1,
  seed: 0,
  temperature: 1,
  topP: 1,
  maxTokens: 16,
  chatTemplateKwargs: {},
  ...more,
});

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const scoreRequest = {
  kind: 'score',
  endpoint: 'classify',
  model: 'judge',
  messages: [{ role: 'user', content: 'a' }],
  chatTemplateKwargs: {},
} as const;

const engineAt = (baseUrl: string, timeouts = {}) => {
  const engine = vllmEngine({ baseUrl, apiKey: secret, timeouts });
  cleanUp.push(engine.close);
  return engine;
};

/** An engine that gives this answer to every request. */
async function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const server = await startRawServer((_request, response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  });
  cleanUp.push(server.close);
  return engineAt(server.url);
}

async function errorOf(asking: Promise<unknown>): Promise<Error & { code?: string; afterMs?: number }> {
  const error: unknown = await asking.then(
    () => new Error('the engine answered'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('the value thrown is not an Error', { cause: error });
  return error;
}

describe('classifies the errors of an engine', () => {
  test.each(engineErrors)('%s (%i)', async (_title, status, body, name, code, message, headers) => {
    const engine = await answering(status, body, headers);
    const error = await errorOf(engine.answer(request(), never));
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ name, code });
    expect(error.message).not.toContain(secret);
    expect(error.message).not.toContain(words);
    if (status !== 200) expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([
    ['two choices with the same index', [choice(0), choice(0)]],
    ['an index out of range', [choice(1), choice(2)]],
    ['one choice too many', [choice(0), choice(1), choice(2)]],
    ['a choice without an index', [choice(0), { message: {} }]],
  ])('an answer with %s', async (_title, choices) => {
    const engine = await answering(200, chatAnswer({}, choices));
    expect(await errorOf(engine.answer(request({ n: 2 }), never))).toMatchObject({ code: 'engine-error' });
  });

  test('an answer with a number that is not finite', async () => {
    const body = JSON.stringify(chatAnswer({ score: 0 })).replace('"score":0', '"score":NaN');
    const engine = await answering(200, body, { 'content-type': 'application/json' });
    expect(await errorOf(engine.answer(request(), never))).toMatchObject({
      name: 'RetryableError',
      code: 'engine-error',
      message: expect.stringContaining('not finite'),
    });
  });

  test.each([2 ** 53, 2 ** 31, -1, 1.5, 1e308])('an answer that took %d tokens', async (tokens) => {
    for (const count of ['prompt_tokens', 'completion_tokens']) {
      const engine = await answering(
        200,
        chatAnswer({ usage: { prompt_tokens: 1, completion_tokens: 1, [count]: tokens } }),
      );
      expect(await errorOf(engine.answer(request(), never))).toMatchObject({
        name: 'RetryableError',
        code: 'engine-error',
        message: expect.stringContaining(count),
      });
    }
  });

  test.each(['1e308', '-1e308', '1e999', 'null', '"1"'])('a score of %s', async (score) => {
    const body = `{"data": [{"index": 0, "probs": [${score}], "num_classes": 1}]}`;
    const scoring = await answering(200, body, { 'content-type': 'application/json' });
    expect(await errorOf(scoring.answer(scoreRequest, never))).toMatchObject({
      name: 'RetryableError',
      message: expect.stringMatching(/score/),
    });
  });

  test.each(['1e308', '-1e308', '1e999', 'null', '"-1"'])('a log-probability of %s', async (logprob) => {
    const token = `{"token": "A", "logprob": ${logprob}, "top_logprobs": []}`;
    const answer = JSON.stringify(chatAnswer({}, [choice(0, { logprobs: { content: ['TOKEN'] } })]));
    const chat = await answering(200, answer.replace('"TOKEN"', token), { 'content-type': 'application/json' });
    const given = `{"choices": [{"prompt_logprobs": [null, {"7": {"logprob": ${logprob}}}]}]}`;
    const scoring = await answering(200, given, { 'content-type': 'application/json' });
    for (const asking of [
      chat.answer(request({ topLogprobs: 2 }), never),
      scoring.answer({ kind: 'logprobs', model: 'judge', prompt: [1, 7] }, never),
    ]) {
      expect(await errorOf(asking)).toMatchObject({
        name: 'RetryableError',
        message: expect.stringContaining('log-probability'),
      });
    }
  });

  test.each([
    ['7', 7000],
    ['0.5', 500],
    ['-3', 1000],
    ['soon', 1000],
    ['100000', 600_000],
  ])('turns Retry-After: %s into a wait of %i ms', async (value, afterMs) => {
    const engine = await answering(503, fault('busy'), { 'retry-after': value });
    expect(await errorOf(engine.answer(request(), never))).toMatchObject({ afterMs });
  });

  test('waits until the date in Retry-After', async () => {
    const engine = await answering(429, fault('busy'), { 'retry-after': new Date(Date.now() + 20_000).toUTCString() });
    const { afterMs } = await errorOf(engine.answer(request(), never));
    expect(afterMs).toBeGreaterThan(15_000);
    expect(afterMs).toBeLessThanOrEqual(20_000);
  });

  test('a server that lists no models does not say what it serves', async () => {
    const engine = await answering(200, { object: 'list', data: [] });
    expect(await engine.models(never)).toBeNull();
  });

  test.each(['-1', '0', '1e308', '1e999', '1.5', 'null', '"8192"'])('a length of %s is none', async (length) => {
    const body = `{"object": "list", "data": [{"id": "judge", "max_model_len": ${length}}]}`;
    const engine = await answering(200, body, { 'content-type': 'application/json' });
    expect(await engine.models(never)).toEqual([{ id: 'judge', maxTokens: null }]);
  });

  test.each([
    ['token', { content: [{ token: 'A' }] }],
    ['alternative', { content: [{ token: 'A', logprob: -1, top_logprobs: [{ logprob: -1 }] }] }],
    ['list', { content: 'A' }],
  ])('log-probabilities without a %s where one belongs', async (_title, logprobs) => {
    const engine = await answering(200, chatAnswer({}, [choice(0, { logprobs })]));
    expect(await errorOf(engine.answer(request({ topLogprobs: 2 }), never))).toMatchObject({ code: 'engine-error' });
  });

  test.each([401, 403])('a server that wants a key, and is given none (%i)', async (status) => {
    const server = await startRawServer((_request, response) => response.writeHead(status).end('no'));
    cleanUp.push(server.close);
    const engine = vllmEngine({ baseUrl: server.url });
    cleanUp.push(engine.close);
    expect(await errorOf(engine.models(never))).toMatchObject({
      name: 'RefusalError',
      message: expect.stringMatching(/refuses a request without a key .* in the job: engine\.apiKey: \{ env: NAME \}/),
    });
  });

  test('does not parse an answer that is nested without end, whatever its status', async () => {
    const brackets = '['.repeat(5_000_000);
    const json = { 'content-type': 'application/json' };
    const answers = [
      brackets + ']'.repeat(5_000_000),
      `{"choices":${brackets}`,
      `{"a":${'{"a":'.repeat(1000)}1${'}'.repeat(1001)}`,
    ];
    for (const body of answers) {
      const before = process.memoryUsage().rss;
      const error = await errorOf((await answering(200, body, json)).answer(request(), never));
      expect(error).toMatchObject({ name: 'RetryableError', code: 'engine-error' });
      expect(error.message).toBe("The engine's answer cannot be used: its JSON is nested deeper than 128 levels.");
      expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
      expect(await errorOf((await answering(401, body, json)).answer(request(), never))).toMatchObject({ code: 'key' });
      expect(await errorOf((await answering(500, body, json)).answer(request(), never))).toMatchObject({
        code: 'engine-error',
      });
    }
  });

  test('calls an engine healthy that answers its health check, whatever a gateway makes of that', async () => {
    for (const status of [500, 502, 503]) expect(await (await answering(status, '')).healthy(never)).toBe(false);
    for (const status of [200, 204, 401, 404]) expect(await (await answering(status, '')).healthy(never)).toBe(true);
  });
});

describe('classifies the failures of a connection', () => {
  test.each([
    ['a port where nobody listens', 'http://127.0.0.1:1', 'ECONNREFUSED'],
    ['a socket file that does not exist', 'unix:///nowhere/vllm.sock', 'ENOENT'],
    ['a host name that does not resolve', 'http://nowhere.invalid:8000', 'ENOTFOUND|EAI_AGAIN'],
  ])('%s', async (_title, url, reason) => {
    const engine = engineAt(url);
    const error = await errorOf(engine.answer(request(), never));
    expect(error).toMatchObject({ name: 'UnavailableError', code: 'engine-unreachable' });
    expect(error.message).toMatch(new RegExp(`no server answers at .*\\((${reason})\\)`));
    expect(error.cause).toBeInstanceOf(Error);
    expect(await errorOf(engine.models(never))).toMatchObject({ code: 'engine-unreachable' });
    expect(await engine.healthy(never)).toBe(false);
  });

  test('TLS to a server without TLS', async () => {
    const server = await startRawServer(() => undefined);
    cleanUp.push(server.close);
    expect(await errorOf(engineAt(server.url.replace('http', 'https')).answer(request(), never))).toBeInstanceOf(
      ConfigurationError,
    );
  });

  const cutting: readonly [string, (response: ServerResponse) => void, string, string][] = [
    ['reset before the answer', (response) => response.socket?.resetAndDestroy(), 'UnavailableError', 'engine-died'],
    ['closed before the answer', (response) => response.socket?.end(), 'UnavailableError', 'engine-died'],
    [
      'closed in the middle of the answer',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 5000 }).write('{"choices":[');
        setTimeout(() => response.socket?.destroy(), 20);
      },
      'UnavailableError',
      'engine-died',
    ],
    [
      'that speaks another protocol',
      (response) => response.socket?.end('220 mail.example\r\n'),
      'RetryableError',
      'engine-error',
    ],
  ];
  test.each(cutting)('a connection %s', async (_title, cut, name, code) => {
    const server = await startRawServer((_request, response) => cut(response));
    cleanUp.push(server.close);
    expect(await errorOf(engineAt(server.url).answer(request(), never))).toMatchObject({ name, code });
    expect(server.requests).toHaveLength(1);
  });

  test('an endless answer, which it cuts off', async () => {
    const piece = 'x'.repeat(4 * 1024 * 1024);
    const server = await startRawServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    });
    cleanUp.push(server.close);
    const error = await errorOf(engineAt(server.url).answer(request(), never));
    expect(error).toMatchObject({ code: 'engine-error' });
    expect(error.message).toContain('longer than 67108864 bytes');
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });
});

describe('classifies the faults of the simulator', () => {
  test.each([
    ['400', 'TerminalError', 'bad-request'],
    ['429', 'RetryableError', 'busy'],
    ['500', 'UnavailableError', 'engine-died'],
    ['503', 'RetryableError', 'busy'],
    ['reset', 'UnavailableError', 'engine-died'],
    ['garbage', 'RetryableError', 'engine-error'],
    ['truncated', 'RetryableError', 'engine-error'],
    ['death', 'UnavailableError', 'engine-died'],
  ])('%s', async (marker, name, code) => {
    const simulator = createSimulator({ faults: true });
    cleanUp.push(() => simulator.close());
    const { url } = await simulator.listen({ host: '127.0.0.1', port: 0 });
    const engines = {
      TCP: engineAt(url),
      fetch: vllmEngine({ baseUrl: 'http://simulator', fetch: simulator.fetch }),
    };
    for (const engine of marker === 'death' ? [engines.TCP] : [engines.TCP, engines.fetch]) {
      const messages = [{ role: 'user', content: `SIMULATE:${marker}` }];
      const model = simulator.model;
      // The connection has been used once: a reset there could also be the keep-alive race.
      await engine.answer(request({ model }), never);
      expect(await errorOf(engine.answer(request({ model, messages }), never))).toMatchObject({ name, code });
    }
    expect(await engines.TCP.healthy(never)).toBe(marker !== 'death');
    if (marker === 'death') {
      expect(await errorOf(engines.fetch.answer(request({ model: simulator.model }), never))).toMatchObject({
        code: 'engine-unreachable',
      });
    }
  });

  test('a drain', async () => {
    const simulator = createSimulator({ faults: true });
    const engine = vllmEngine({ baseUrl: 'http://simulator', fetch: simulator.fetch });
    await simulator.close();
    expect(await errorOf(engine.answer(request({ model: simulator.model }), never))).toMatchObject({
      code: 'engine-unreachable',
    });
  });
});
