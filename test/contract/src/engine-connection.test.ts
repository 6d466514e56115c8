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
  kind: 'chat',
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

describe('a request', () => {
  test('carries its fields and nothing else', async () => {
    const server = await serve();
    await engineAt(server.url).answer(request(), never);
    const [received] = server.requests;
    expect(received?.path).toBe('/v1/chat/completions');
    expect(JSON.parse(received?.body ?? '')).toEqual({
      model: 'judge',
      messages: [{ role: 'user', content: 'Grüße, 世界 😀' }],
      n: 1,
      seed: 41,
      temperature: 0.6,
      top_p: 0.9,
      max_tokens: 16,
      stream: false,
    });
    const { host: _host, ...headers } = received?.headers ?? {};
    expect(headers).toEqual({
      accept: 'application/json',
      connection: 'keep-alive',
      'content-length': String(Buffer.byteLength(received?.body ?? '')),
      'content-type': 'application/json',
      'user-agent': 'proofmill',
    });
  });

  test('carries template arguments and the key where they are set', async () => {
    const server = await serve();
    const engine = engineAt(`${server.url}/gateway/v1/`, {}, { apiKey: 'key' });
    await engine.answer(request({ chatTemplateKwargs: { enable_thinking: false } }), never);
    const [received] = server.requests;
    expect(received?.path).toBe('/gateway/v1/chat/completions');
    expect(received?.headers.authorization).toBe('Bearer key');
    expect(JSON.parse(received?.body ?? '')).toMatchObject({ chat_template_kwargs: { enable_thinking: false } });
    await engine.healthy(never);
    expect(server.requests[1]?.path).toBe('/gateway/health');
  });

  test('is independent of environment variables meant for OpenAI', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:1');
    vi.stubEnv('OPENAI_API_KEY', 'theirs');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-theirs: 1');
    vi.stubEnv('OPENAI_LOG', 'debug');
    const server = await serve();
    await engineAt(server.url).answer(request(), never);
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(server.requests[0]?.headers).not.toHaveProperty('x-theirs');
  });

  test('asks for the log-probability of each given token', async () => {
    const tokens = [null, { 17: { logprob: -1.5, rank: 3 } }, { 4: { logprob: -9999, rank: 9 } }];
    const server = await serve((_request, response) => send(response, { choices: [{ prompt_logprobs: tokens }] }));
    const engine = engineAt(server.url);
    const expected = { kind: 'logprobs', logprobs: [null, -1.5, -9999] };
    for (const prompt of ['a b c', [5, 17, 4]]) {
      expect(await engine.answer({ kind: 'logprobs', model: 'judge', prompt }, never)).toEqual(expected);
      const received = server.requests.at(-1);
      expect(received?.path).toBe('/v1/completions');
      expect(JSON.parse(received?.body ?? '')).toMatchObject({ prompt, prompt_logprobs: 0, max_tokens: 1 });
    }
  });

  test('asks for the likeliest tokens of an answer', async () => {
    const server = await serve();
    const { choices } = await engineAt(server.url).answer(request({ topLogprobs: 5 }), never);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ logprobs: true, top_logprobs: 5 });
    expect(choices[0]).not.toHaveProperty('tokens'); // the server gave none
  });

  const scored = { model: 'reward', usage: { prompt_tokens: 9 } };
  test.each([
    ['classify', { ...scored, data: [{ index: 0, label: 'LABEL_0', probs: [-3.25], num_classes: 1 }] }, {}],
    ['pooling', { ...scored, data: [{ index: 0, object: 'pooling', data: [-3.25] }] }, { task: 'classify' }],
  ] as const)('asks /%s for a raw score', async (endpoint, answer, more) => {
    const server = await serve((_request, response) => send(response, answer));
    const messages = [{ role: 'user', content: 'a' }];
    const question = { kind: 'score', endpoint, model: 'judge', messages, chatTemplateKwargs: { date: 'x' } } as const;
    expect(await engineAt(`${server.url}/gateway/v1`).answer(question, never)).toEqual({
      kind: 'score',
      score: -3.25,
      promptTokens: 9,
      model: 'reward',
    });
    expect(server.requests[0]?.path).toBe(`/gateway/${endpoint}`);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      model: 'judge',
      messages,
      add_generation_prompt: false,
      add_special_tokens: false,
      use_activation: false,
      chat_template_kwargs: { date: 'x' },
      ...more,
    });
  });

  test('asks for the tokens of a plain text, and of a conversation that opens an answer', async () => {
    const server = await serve((_request, response) => send(response, { count: 2, tokens: [7, 8] }));
    const engine = engineAt(`${server.url}/v1`);
    const messages = [{ role: 'user', content: 'a' }];
    for (const input of ['a', messages]) {
      const question = { kind: 'tokens', model: 'judge', input, chatTemplateKwargs: {} } as const;
      expect(await engine.answer(question, never)).toEqual({ kind: 'tokens', tokens: [7, 8] });
    }
    expect(server.requests.map(({ path }) => path)).toEqual(['/tokenize', '/tokenize']);
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { model: 'judge', prompt: 'a', add_special_tokens: false },
      { model: 'judge', messages, add_generation_prompt: true },
    ]);
  });

  test('asks for the version beside /v1', async () => {
    const server = await serve((_request, response) => send(response, { version: '0.32.0' }));
    expect(await engineAt(`${server.url}/gateway/v1`, {}, { apiKey: 'key' }).version(never)).toBe('0.32.0');
    expect(server.requests[0]).toMatchObject({ path: '/gateway/version', headers: { authorization: 'Bearer key' } });
  });
});

describe('an answer', () => {
  test('has its choices in the order of their indexes, reasoning by either name, and an unknown end', async () => {
    const choices = [
      choice(2, { finish_reason: null }, { content: null, reasoning: 'thought' }),
      choice(0, { finish_reason: 'length' }, { reasoning_content: 'older thought' }),
      choice(1),
    ];
    const server = await serve((_request, response) => send(response, chatAnswer({}, choices)));
    expect(await engineAt(server.url).answer(request({ n: 3 }), never)).toEqual({
      kind: 'chat',
      model: 'judge', // the answer names none
      choices: [
        { content: 'text 0', reasoning: 'older thought', finishReason: 'length' },
        { content: 'text 1', reasoning: '', finishReason: 'stop' },
        { content: '', reasoning: 'thought', finishReason: 'unknown' },
      ],
      promptTokens: 5,
      completionTokens: 2,
    });
  });

  test('has its tokens, with the likeliest ones at each place', async () => {
    const top = (token: string, logprob: number) => ({ token, logprob, bytes: [] });
    const content = [
      { ...top('A', -0.5), top_logprobs: [top('A', -0.5), top('B', -1), top('__proto__', -4)] },
      // A token sampled from outside the likeliest ones, and two tokens with the same text.
      { ...top('!', -9), top_logprobs: [top('\ufffd', -2), top('\ufffd', -1), top('?', -3)] },
      { ...top('.', -0.1), top_logprobs: [] },
    ];
    const server = await serve((_request, response) =>
      send(response, chatAnswer({ model: 'served' }, [choice(0, { logprobs: { content } })])),
    );
    const answer = await engineAt(server.url).answer(request({ topLogprobs: 3 }), never);
    expect(answer.model).toBe('served');
    const places = answer.choices[0]?.tokens ?? [];
    expect(places.map(({ text }) => text)).toEqual(['A', '!', '.']);
    expect(places.map((place) => Object.entries(place.top))).toEqual([
      [
        ['A', -0.5],
        ['B', -1],
        ['__proto__', -4],
      ],
      [
        ['!', -9],
        ['\ufffd', -1],
        ['?', -3],
      ],
      [['.', -0.1]],
    ]);
  });

  test.each([
    ['null', { logprobs: null }],
    ['null content', { logprobs: { content: null } }],
    ['nothing', {}],
  ])('has no tokens where it gives %s for its log-probabilities', async (_title, more) => {
    const server = await serve((_request, response) => send(response, chatAnswer({}, [choice(0, more)])));
    const { choices } = await engineAt(server.url).answer(request({ topLogprobs: 3 }), never);
    expect(choices[0]).not.toHaveProperty('tokens');
  });

  test('is whole although letters arrive in two pieces', async () => {
    const text = 'Grüße, 世界 😀'.repeat(50);
    const server = await serve(async (_request, response) => {
      const bytes = Buffer.from(JSON.stringify(chatAnswer({}, [choice(0, {}, { content: text })])));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
      for (let offset = 0; offset < bytes.length; offset += 301) {
        response.write(bytes.subarray(offset, offset + 301));
        await sleep(1);
      }
      response.end();
    });
    expect((await engineAt(server.url).answer(request(), never)).choices[0]?.content).toBe(text);
  });
});

describe('connections', () => {
  test('are reused', async () => {
    const server = await serve();
    const engine = engineAt(server.url);
    for (let index = 0; index < 20; index++) await engine.answer(request(), never);
    await Promise.all(Array.from({ length: 30 }, () => engine.answer(request(), never)));
    for (let index = 0; index < 20; index++) await engine.answer(request(), never);
    expect(server.connections()).toBeLessThanOrEqual(30);
  });

  test('are closed when idle, earlier than by the server', async () => {
    const server = await serve();
    await engineAt(server.url).answer(request(), never);
    await sleep(3000);
    expect(server.sockets.size).toBe(1);
    await vi.waitFor(() => expect(server.sockets.size).toBe(0), { timeout: 1900 });
  });

  test('cost no answer when the server has closed them while idle', async () => {
    let resets = 0;
    const server = await serve((request_, response) => {
      // The second request on a connection finds it closed, as if request and close had crossed on the wire.
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
    for (let index = 0; index < 10; index++) expect((await engine.answer(request(), never)).choices).toHaveLength(1);
    expect(resets).toBeGreaterThan(0);
  });

  test('are not retried when they break while the engine works', async () => {
    let isFirst = true;
    const server = await serve((_request, response) => {
      if (isFirst) send(response);
      else setTimeout(() => response.socket?.resetAndDestroy(), 1200);
      isFirst = false;
    });
    const engine = engineAt(server.url);
    await engine.answer(request(), never);
    await expect(engine.answer(request(), never)).rejects.toMatchObject({ code: 'engine-died' });
    expect(server.requests).toHaveLength(2);
  });

  test('are gone after close(), which rejects the requests in flight', async () => {
    const server = await serve((_request, response) => {
      if (server.requests.length <= 3) send(response);
    });
    const engine = engineAt(server.url);
    await Promise.all([1, 2, 3].map(() => engine.answer(request(), never)));
    const asking = engine.answer(request(), never);
    const rejection = expect(asking).rejects.toMatchObject({ name: 'UnavailableError', code: 'engine-gone' });
    await vi.waitFor(() => expect(server.requests).toHaveLength(4));
    engine.close();
    await rejection;
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    await expect(engine.answer(request(), never)).rejects.toMatchObject({ code: 'engine-gone' });
    expect(await engine.healthy(never)).toBe(false);
    expect(server.sockets.size).toBe(0);
  });

  test('end with an aborted request', async () => {
    const server = await serve(() => undefined);
    const stop = new AbortController();
    const asking = engineAt(server.url).answer(request(), stop.signal);
    const rejection = expect(asking).rejects.toThrow('enough');
    await vi.waitFor(() => expect(server.sockets.size).toBe(1));
    stop.abort(new Error('enough'));
    await rejection;
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });
});

describe('time limits', () => {
  const timedOut = { name: 'RetryableError', code: 'timeout' };

  test('apply to the first byte', async () => {
    const server = await serve(() => undefined);
    const asking = engineAt(server.url, { firstByteMs: 60 }).answer(request(), never);
    await expect(asking).rejects.toMatchObject({
      ...timedOut,
      message: 'While asking for an answer: no answer within 0.06 s.',
    });
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });

  test('apply to the last byte', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices"');
    });
    const asking = engineAt(server.url, { firstByteMs: 50, totalMs: 150 }).answer(request(), never);
    await expect(asking).rejects.toMatchObject({ ...timedOut, message: expect.stringContaining('no complete answer') });
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });

  test('apply to connecting', async () => {
    // Accepts and then stays silent: the handshake never completes.
    const server = createServer(() => undefined);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    cleanUp.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const asking = engineAt(`https://127.0.0.1:${port}`, { connectMs: 80 }).answer(request(), never);
    await expect(asking).rejects.toMatchObject({ name: 'UnavailableError', code: 'engine-unreachable' });
    await expect(asking).rejects.toThrow('no connection within 0.08 s');
  });

  test('apply to a health check', async () => {
    const server = await serve(() => undefined);
    const startedMs = performance.now();
    expect(await engineAt(server.url).healthy(never)).toBe(false);
    expect(performance.now() - startedMs).toBeGreaterThan(4900);
    expect(performance.now() - startedMs).toBeLessThan(7000);
  });
});
