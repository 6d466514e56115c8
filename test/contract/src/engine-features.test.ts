import type { EngineRequest } from '@proofmill/contract';
import { createSimulator } from '@proofmill/simulator';
import { vllmEngine } from '@proofmill/vllm';
import { afterEach, describe, expect, test } from 'vitest';
import { startRawServer } from './engine-raw-server.ts';

const never = new AbortController().signal;
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** An engine that gives this answer to every request. */
async function answering(status: number, body: unknown) {
  const server = await startRawServer((_request, response) => {
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const engine = vllmEngine({ baseUrl: server.url });
  cleanUp.push(server.close, engine.close);
  return engine;
}

const messages = [{ role: 'user', content: 'a' }];
const common = { model: 'judge', chatTemplateKwargs: {} };
const score = { ...common, kind: 'score', endpoint: 'classify', messages } as const;
const tokens = { ...common, kind: 'tokens', input: 'a' } as const;
const logprobs = { kind: 'logprobs', model: 'judge', prompt: 'a' } as const;

const errorOf = async (status: number, body: unknown, request: EngineRequest): Promise<unknown> =>
  (await answering(status, body)).answer(request, never).then(
    () => 'the engine answered',
    (error: unknown) => error,
  );

/** A vLLM error body. */
const fault = (message: string, param: string | null = null) => ({
  error: { message, type: 'BadRequestError', param, code: 0 },
});
const unsupported = { name: 'TerminalError', code: 'unsupported' };

describe('a feature that the server lacks is unsupported', () => {
  test.each([
    ['a route', 404, { detail: 'Not Found' }, score, /has no \/classify \(404\)/],
    [
      'a route, with an HTML page',
      404,
      '<html>',
      { ...score, endpoint: 'pooling' } as const,
      /has no \/pooling \(404\)/,
    ],
    ['a method', 405, { detail: 'Method Not Allowed' }, tokens, /has no \/tokenize \(405\)/],
    ['an implementation', 501, fault('not implemented'), score, /has no \/classify \(501\)/],
    ['completions', 404, { detail: 'Not Found' }, logprobs, /has no prompt_logprobs \(404\)/],
    [
      'a model of that kind',
      400,
      fault('The model does not support Classification API'),
      score,
      /says 400 "The model does not support Classification API"/,
    ],
    ['a task', 400, fault("Task classify is not supported. Supported tasks: ['embed']"), score, /Task classify/],
    ['scoring', 400, fault('prompt_logprobs is not supported yet', 'prompt_logprobs'), logprobs, /prompt_logprobs/],
    ['scoring, with another status', 422, fault('Prompt logprobs are off'), logprobs, /Prompt logprobs are off/],
    ['a field that it ignores', 200, { choices: [{ text: 'x', prompt_logprobs: null }] }, logprobs, /prompt_logprobs/],
    ['the fields of /tokenize, which it ignores', 200, { tokens: [] }, tokens, /does not read the fields of vLLM/],
    ['a field that it leaves out', 200, { choices: [{ text: 'x' }] }, logprobs, /no log-probabilities/],
  ])('%s (%i)', async (_title, status, body, request, message) => {
    const error = await errorOf(status, body, request);
    expect(error).toMatchObject(unsupported);
    expect(String(error)).toMatch(message);
  });

  test('scoring of texts, in a simulator that has it switched off', async () => {
    const simulator = createSimulator({ promptLogprobs: false });
    const engine = vllmEngine({ baseUrl: 'http://simulator', fetch: simulator.fetch });
    const asking = engine.answer({ ...logprobs, model: simulator.model }, never);
    await expect(asking).rejects.toMatchObject(unsupported);
  });
});

describe('any other failure is not unsupported', () => {
  test.each([
    ['an unknown model', 404, fault('The model `judge` does not exist.', 'model'), score, 'RefusalError'],
    ['a key', 401, fault('no'), tokens, 'RefusalError'],
    ['a redirect', 302, '', score, 'RefusalError'],
    ['an overload', 503, fault('busy'), logprobs, 'RetryableError'],
    ['a dead engine', 500, fault('EngineCore encountered an issue.'), score, 'UnavailableError'],
    ['a web page', 200, '<html>', tokens, 'RefusalError'],
    ['tokens that are not numbers', 200, { tokens: ['a'] }, tokens, 'RetryableError'],
    ['no tokens', 200, { count: 1 }, tokens, 'RetryableError'],
    ['a missing log-probability', 200, { choices: [{ prompt_logprobs: [null, null] }] }, logprobs, 'RetryableError'],
    ['a place without a token', 200, { choices: [{ prompt_logprobs: [null, {}] }] }, logprobs, 'RetryableError'],
    ['no choice', 200, { choices: [] }, logprobs, 'RetryableError'],
  ] as const)('%s (%i)', async (_title, status, body, request, name) => {
    expect(await errorOf(status, body, request)).toMatchObject({ name });
  });

  test('an overlong prompt, and any other refusal', async () => {
    const overlong = fault(
      "This model's maximum context length is 10 tokens. However, you requested 20 tokens in the input",
    );
    expect(await errorOf(400, overlong, score)).toMatchObject({ code: 'prompt-too-long' });
    expect(await errorOf(400, fault('Cannot apply chat template'), score)).toMatchObject({ code: 'bad-request' });
  });
});

describe('a score is one finite number', () => {
  const answer = (entry: object) => ({ data: [entry], usage: { prompt_tokens: 3 } });

  test.each([
    ['several labels', { probs: [0.25, 0.75], num_classes: 2 }, /\/classify gives 2 values/],
    ['no labels', { probs: [], num_classes: 0 }, /gives 0 values/],
  ])('%s are a configuration error', async (_title, entry, message) => {
    const error = await errorOf(200, answer(entry), score);
    expect(error).toMatchObject({ name: 'ConfigurationError' });
    expect(String(error)).toMatch(/The model judge is no reward model with one label/);
    expect(String(error)).toMatch(message);
  });

  test('a vector, or one value per token, from /pooling is one too', async () => {
    for (const data of [[0.5, 0.5], [[0.5], [0.5]], [[0.5]]]) {
      expect(await errorOf(200, answer({ data }), { ...score, endpoint: 'pooling' })).toMatchObject({
        name: 'ConfigurationError',
      });
    }
  });

  test.each([
    ['null', answer({ probs: [null], num_classes: 1 })],
    ['a text', answer({ probs: ['1.5'], num_classes: 1 })],
    ['no values', answer({})],
    ['two answers', { data: [{ probs: [1] }, { probs: [1] }], usage: { prompt_tokens: 3 } }],
  ])('%s cannot be used', async (_title, body) => {
    expect(await errorOf(200, body, score)).toMatchObject({ name: 'RetryableError', code: 'engine-error' });
  });

  test('NaN cannot be used', async () => {
    const server = await startRawServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"probs":[NaN]}]}');
    });
    cleanUp.push(server.close);
    const asking = vllmEngine({ baseUrl: server.url }).answer(score, never);
    await expect(asking).rejects.toMatchObject({
      code: 'engine-error',
      message: expect.stringContaining('not finite'),
    });
  });
});

describe('the version', () => {
  test.each([
    ['another server', 404, { detail: 'Not Found' }],
    ['a gateway that forbids it', 403, { detail: 'Forbidden' }],
    ['an HTML page', 200, '<html>'],
    ['an empty object', 200, {}],
    ['a number', 200, { version: 3 }],
    ['nothing', 200, ''],
  ])('is unknown from %s', async (_title, status, body) => {
    expect(await (await answering(status, body)).version(never)).toBeNull();
  });

  test('is an error from an engine that is away', async () => {
    const engine = vllmEngine({ baseUrl: 'http://127.0.0.1:1' });
    await expect(engine.version(never)).rejects.toMatchObject({ name: 'UnavailableError', code: 'engine-unreachable' });
    await expect((await answering(500, fault('no'))).version(never)).rejects.toMatchObject({ name: 'RetryableError' });
  });
});
