/** What a server is found to do, from servers with and without bad habits. */
import type { CapabilityName, ProbedUse } from '@proofmill/contract';
import { createSimulator } from '@proofmill/simulator';
import { vllmEngine } from '@proofmill/vllm';
import { afterEach, expect, test } from 'vitest';
import { chatAnswer, choice, startRawServer } from './engine-raw-server.ts';

const never = new AbortController().signal;
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

type Body = Readonly<Record<string, unknown>>;
type Given = readonly [status: number, body: object | string];
type Habits = Readonly<Record<string, (body: Body) => Given | null>>;

const refusal = (message: string, param: string | null = null): Given => [
  400,
  { error: { message, param, code: 400 } },
];

/** The text that a server gives which minds the seed, the regex, and arguments for the template. */
function goodChat({ n = 1, seed, structured_outputs: held, logprobs, chat_template_kwargs: given }: Body): Given {
  const text = (index: number): string => (held ? 'yes' : `Text ${Number(seed ?? 0) + index}.`);
  const tokens = { content: [{ token: 'Text', logprob: -0.1, top_logprobs: [{ token: 'A', logprob: -3 }] }] };
  const choices = Array.from({ length: Number(n) }, (_, index) =>
    choice(index, { logprobs: logprobs ? tokens : null }, { content: text(index) }),
  );
  return [200, chatAnswer({ usage: { prompt_tokens: given ? 14 : 10, completion_tokens: 3 } }, choices)];
}

/** All of vLLM's routes. */
const good: Habits = {
  '/v1/models': () => [200, { object: 'list', data: [{ id: 'judge', max_model_len: 4096 }] }],
  '/v1/chat/completions': goodChat,
  '/v1/completions': () => [200, { choices: [{ text: 'x', prompt_logprobs: [null, { '1': { logprob: -1 } }] }] }],
  '/tokenize': () => [200, { tokens: [1, 2, 3], count: 3 }],
  '/health': () => [200, ''],
  '/metrics': () => [200, '# HELP vllm:num_requests_running ..\n# TYPE vllm:num_requests_running gauge\n'],
};

async function probing(habits: Habits, use: Partial<ProbedUse> = {}) {
  const server = await startRawServer((request, response) => {
    const { body } = server.requests.at(-1) ?? { body: '' };
    const answer = habits[request.url ?? '']?.(body === '' ? {} : JSON.parse(body));
    const [status, given] = answer ?? [404, { detail: 'Not Found' }];
    const isText = typeof given === 'string';
    response
      .writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json' })
      .end(isText ? given : JSON.stringify(given));
  });
  const notices: string[] = [];
  const engine = vllmEngine({ baseUrl: server.url, apiKey: 'a-key', onNotice: (sentence) => notices.push(sentence) });
  cleanUp.push(server.close, engine.close);
  const whole = { model: 'judge', endpoints: ['chat'], chatTemplateKwargs: {}, ...use } as const;
  const { capabilities, models, failure } = await engine.probe(whole, never);
  const found = (name: CapabilityName) => capabilities[name]?.found;
  const how = (name: CapabilityName) => capabilities[name]?.how ?? '';
  return { server, notices, capabilities, models, failure, found, how };
}

/** A good server with another chat route. */
const chatting = (chat: (body: Body) => Given): Habits => ({ ...good, '/v1/chat/completions': chat });

test('a server that has everything is found to have everything, in about a dozen requests with the key of the job', async () => {
  const { capabilities, failure, server, models } = await probing(good);
  expect(failure).toBeNull();
  expect(models).toEqual([{ id: 'judge', maxTokens: 4096 }]);
  const names = Object.keys(capabilities);
  expect(names.sort()).toEqual(
    [
      ...['answers', 'chat_template_kwargs', 'health', 'length', 'logprobs', 'metrics', 'model', 'n'],
      ...['prompt_logprobs', 'regex', 'seed', 'tokenize'],
    ].sort(),
  );
  for (const [name, { found }] of Object.entries(capabilities)) expect([name, found]).toEqual([name, 'yes']);
  expect(server.requests.length).toBeLessThanOrEqual(14);
  for (const { headers } of server.requests) expect(headers.authorization).toBe('Bearer a-key');
  for (const { body } of server.requests.filter(({ path }) => path.startsWith('/v1/c'))) {
    expect(JSON.parse(body).max_tokens).toBeLessThanOrEqual(16);
  }
});

test('one request at a time', async () => {
  let open = 0;
  let most = 0;
  const server = await startRawServer((_request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(chatAnswer()));
    }, 5);
  });
  const engine = vllmEngine({ baseUrl: server.url });
  cleanUp.push(server.close, engine.close);
  await engine.probe({ model: 'judge', endpoints: ['chat'], chatTemplateKwargs: {} }, never);
  expect(most).toBe(1);
});

test('a server with nothing but chat: what it lacks is no, what it does not say is not said', async () => {
  const { capabilities, failure, found, how } = await probing({
    '/v1/chat/completions': (body) => goodChat({ seed: body.seed, chat_template_kwargs: body.chat_template_kwargs }),
  });
  expect(failure).toBeNull();
  const lacking = ['n', 'regex', 'logprobs', 'prompt_logprobs', 'tokenize', 'health', 'metrics'] as const;
  for (const name of lacking) expect([name, found(name)]).toEqual([name, 'no']);
  expect([found('model'), found('length')]).toEqual(['not said', 'not said']);
  expect(how('regex')).toBe('ignored: held to (yes|no), it answered "Text 1."');
  expect(how('prompt_logprobs')).toMatch(/has no prompt_logprobs \(404\)/);
  expect([capabilities.seed?.found, capabilities.answers?.found]).toEqual(['yes', 'yes']);
});

test('fields that are refused', async () => {
  const { found, how, notices, failure } = await probing(
    chatting((body) => {
      for (const field of ['chat_template_kwargs', 'seed', 'structured_outputs', 'logprobs'])
        if (field in body) return refusal(`Unrecognized request argument supplied: ${field}`);
      return Number(body.n) > 1 ? refusal('n > 1 is not supported', 'n') : goodChat(body);
    }),
  );
  expect(failure).toBeNull();
  for (const name of ['n', 'seed', 'chat_template_kwargs', 'regex', 'logprobs'] as const)
    expect([name, found(name)]).toEqual([name, 'no']);
  expect(how('regex')).toContain('Unrecognized request argument supplied: structured_outputs');
  expect(notices).toEqual([]);
});

test('a seed: ignored, or without a chance to show', async () => {
  let asked = 0;
  const ignoring = await probing(
    chatting((body) => {
      asked += 1;
      return goodChat({ ...body, seed: asked });
    }),
  );
  expect(ignoring.found('seed')).toBe('no');
  expect(ignoring.how('seed')).toMatch(/depends on what else it is asked/);
  const certain = await probing(chatting((body) => goodChat({ ...body, seed: 5 })));
  expect(certain.found('seed')).toBe('not said');
});

test('arguments for the template that nothing shows; those of the job are tried where it has some', async () => {
  const { found, how } = await probing(
    chatting((body) => goodChat({ ...body, chat_template_kwargs: undefined })),
    { chatTemplateKwargs: { thinking_budget: 3 } },
  );
  expect(found('chat_template_kwargs')).toBe('not said');
  expect(how('chat_template_kwargs')).toContain('thinking_budget');
});

test('a regex that a reasoning keeps from being seen', async () => {
  const { found } = await probing(
    chatting((body) => {
      if (!('structured_outputs' in body)) return goodChat(body);
      return [200, chatAnswer({}, [choice(0, { finish_reason: 'length' }, { content: null, reasoning: 'Let me' })])];
    }),
  );
  expect(found('regex')).toBe('not said');
});

test('the list of models: another one, a wildcard, none', async () => {
  const listing = (...ids: string[]): Habits => ({
    ...good,
    '/v1/models': () => [200, { data: ids.map((id) => ({ id })) }],
  });
  const other = await probing(listing('a', 'b'));
  expect([other.found('model'), other.how('model')]).toEqual(['no', 'it lists a, b']);
  const wildcard = await probing(listing('openai/*', 'jud*'));
  expect([wildcard.found('model'), wildcard.how('model')]).toEqual([
    'yes',
    'the list has jud*, which says nothing of this model alone',
  ]);
  expect((await probing(listing())).found('model')).toBe('not said');
  expect((await probing(listing('judge'))).found('length')).toBe('not said');
});

test('one probe that fails is a finding and ends nothing', async () => {
  const { found, how, failure } = await probing({
    ...good,
    '/v1/models': () => [500, { error: { message: 'database is down' } }],
    '/tokenize': () => [503, { error: { message: 'busy' } }],
    '/metrics': () => [200, '<html>'],
    '/health': () => [503, ''],
  });
  expect(failure).toBeNull();
  expect([found('model'), found('tokenize'), found('metrics'), found('health')]).toEqual([
    ...['not said', 'not said', 'no', 'not said'],
  ]);
  expect(how('model')).toContain('database is down');
  expect(found('prompt_logprobs')).toBe('yes');
});

test('a server that answers nothing: why, and nothing more is asked', async () => {
  const unknown = await probing(
    chatting(() => [404, { error: { message: 'The model `judge` does not exist.', param: 'model' } }]),
  );
  expect(unknown.failure).toMatchObject({ name: 'RefusalError', code: 'model' });
  expect(Object.keys(unknown.capabilities).sort()).toEqual(['answers', 'length', 'model']);
  expect(unknown.server.requests.filter(({ path }) => path === '/v1/chat/completions')).toHaveLength(1);

  const away = await vllmEngine({ baseUrl: 'http://127.0.0.1:1' }).probe(
    { model: 'judge', endpoints: ['chat'], chatTemplateKwargs: {} },
    never,
  );
  expect(away.failure).toMatchObject({ name: 'UnavailableError', code: 'engine-unreachable' });

  // A text that is refused is one text.
  const picky = await probing(chatting(() => refusal('the template wants a system message')));
  expect([picky.failure, picky.found('answers')]).toEqual([null, 'no']);
});

test('a probe that gets no answer in time is a finding, and the others are made all the same', async () => {
  const server = await startRawServer((request, response) => {
    const { body } = server.requests.at(-1) ?? { body: '' };
    // It hangs where the answer is to have a form.
    if (body.includes('structured_outputs') || request.url === '/metrics') return;
    const [status, given] = good[request.url ?? '']?.(body === '' ? {} : JSON.parse(body)) ?? [404, {}];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(given));
  });
  const engine = vllmEngine({ baseUrl: server.url, timeouts: { probeMs: 1000 } });
  cleanUp.push(server.close, engine.close);
  const { capabilities, failure } = await engine.probe(
    { model: 'judge', endpoints: ['chat'], chatTemplateKwargs: {} },
    never,
  );
  expect(failure).toBeNull();
  expect(capabilities.regex).toEqual({ found: 'not said', how: 'no answer within 1 s' });
  expect(capabilities.metrics).toEqual({ found: 'not said', how: 'no answer within 1 s' });
  for (const name of ['answers', 'logprobs', 'tokenize', 'health'] as const)
    expect([name, capabilities[name]?.found]).toEqual([name, 'yes']);
});

test('a pooling engine is asked for a score, and for no answer', async () => {
  const simulator = createSimulator({ model: 'judge', runner: 'pooling' });
  const engine = vllmEngine({ baseUrl: 'http://simulator', fetch: simulator.fetch });
  const { capabilities, failure } = await engine.probe(
    { model: 'judge', endpoints: ['classify'], chatTemplateKwargs: {} },
    never,
  );
  expect(failure).toBeNull();
  expect(Object.keys(capabilities).sort()).toEqual(['health', 'length', 'metrics', 'model', 'score']);
  expect(capabilities.score?.found).toBe('yes');
});

test('the simulator has all but a template that reads arguments', async () => {
  const simulator = createSimulator({ model: 'judge', promptLogprobs: false });
  const engine = vllmEngine({ baseUrl: 'http://simulator', fetch: simulator.fetch });
  const { capabilities } = await engine.probe({ model: 'judge', endpoints: ['chat'], chatTemplateKwargs: {} }, never);
  const found = (name: CapabilityName) => capabilities[name]?.found;
  expect(found('prompt_logprobs')).toBe('no');
  for (const name of ['n', 'regex', 'logprobs', 'tokenize', 'health', 'metrics', 'model', 'length'] as const)
    expect([name, found(name)]).toEqual([name, 'yes']);
  expect([found('seed'), found('chat_template_kwargs')]).toEqual(['not said', 'not said']);
});

test('a probe that is stopped rejects with the reason', async () => {
  const stop = new AbortController();
  const server = await startRawServer(() => stop.abort(new Error('enough')));
  const engine = vllmEngine({ baseUrl: server.url });
  cleanUp.push(server.close, engine.close);
  const probing = engine.probe({ model: 'judge', endpoints: ['chat'], chatTemplateKwargs: {} }, stop.signal);
  await expect(probing).rejects.toThrow('enough');
});
