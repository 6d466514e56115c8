/** Servers that speak the API with omissions. */
import { randomUUID } from 'node:crypto';
import type { ChatRequest } from '@proofmill/contract';
import { vllmEngine } from '@proofmill/vllm';
import { afterEach, expect, test } from 'vitest';
import { chatAnswer, choice, startRawServer } from './engine-raw-server.ts';

const never = new AbortController().signal;
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

type Body = Readonly<Record<string, unknown>>;
type Given = readonly [status: number, body: object];

const refusal = (message: string, param: string | null = null): Given => [
  400,
  { error: { message, param, code: 400 } },
];

/** The answer of a server that knows everything: each choice says its seed. */
const answerTo = ({ n, seed }: Body): Given => [
  200,
  chatAnswer(
    { usage: { prompt_tokens: 10, completion_tokens: 3 * Number(n) } },
    Array.from({ length: Number(n) }, (_, index) => ({
      ...choice(index),
      message: { content: seed === undefined ? 'no seed' : `seed ${Number(seed) + index}` },
    })),
  ),
];

/** `owner`: what it calls itself in its list of models. By default it has none. */
async function serverThat(answer: (body: Body) => Given, owner?: string) {
  const bodies: Body[] = [];
  const server = await startRawServer((request, response) => {
    if (request.url?.startsWith('/v1/models')) {
      const list = JSON.stringify({
        data: [{ id: 'judge', owned_by: owner, meta: { n_ctx: 2048, n_ctx_train: 8192 } }],
      });
      const [status, body] = owner === undefined ? ([404, '{"detail":"Not Found"}'] as const) : ([200, list] as const);
      return void response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    }
    const { body } = server.requests.at(-1) ?? { body: '{}' };
    const asked = JSON.parse(body) as Body;
    bodies.push(asked);
    const [status, given] = answer(asked);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(given));
  });
  const notices: string[] = [];
  const engine = vllmEngine({ baseUrl: server.url, onNotice: (sentence) => notices.push(sentence) });
  cleanUp.push(server.close, engine.close);
  const ask = (more: Partial<ChatRequest> = {}) => engine.answer({ ...request, ...more }, never);
  const textsOf = async (asking: ReturnType<typeof ask>) => (await asking).choices.map(({ content }) => content);
  return { engine, bodies, notices, ask, textsOf };
}

const request: ChatRequest = {
  kind: 'chat',
  model: 'judge',
  messages: [{ role: 'user', content: randomUUID() }],
  n: 3,
  seed: 7,
  temperature: 1,
  topP: 1,
  maxTokens: 16,
  chatTemplateKwargs: { enable_thinking: false },
};
const inOrder = ['seed 7', 'seed 8', 'seed 9'];

test('without n: every answer is a request of its own, with the seed that it would have among several', async () => {
  const { ask, textsOf, notices, bodies } = await serverThat((body) =>
    Number(body.n) > 1 ? refusal('n > 1 is not supported', 'n') : answerTo(body),
  );
  expect(await textsOf(ask())).toEqual(inOrder);
  expect(await ask()).toMatchObject({ promptTokens: 30, completionTokens: 9 });
  expect(bodies.map(({ n }) => n)).toEqual([3, 1, 1, 1, 1, 1, 1]);
  expect(notices).toEqual([expect.stringContaining('one answer to a request')]);
});

test('that refuses several answers of greedy sampling: the same answer is not asked for again and again', async () => {
  const { ask, bodies } = await serverThat(() => refusal('n must be 1 when using greedy sampling, got 3.', 'n'));
  await expect(ask({ temperature: 0 })).rejects.toMatchObject({ name: 'ConfigurationError' });
  expect(bodies).toHaveLength(1);
});

test('that ignores n: what is missing is asked for', async () => {
  const { ask, textsOf, notices } = await serverThat((body) => answerTo({ ...body, n: 1 }));
  expect(await textsOf(ask())).toEqual(inOrder);
  expect(await textsOf(ask())).toEqual(inOrder);
  expect(notices).toHaveLength(1);
});

const saying = (contents: readonly string[], more: object = {}): Given => [
  200,
  chatAnswer(
    {},
    contents.map((content, index) => choice(index, more, { content })),
  ),
];

test('that gives one long answer n times: it counts once, and the others are asked for', async () => {
  const { ask, textsOf, notices, bodies } = await serverThat(({ n, seed }) =>
    saying(Array.from({ length: Number(n) }, () => `seed ${Number(seed)} `.repeat(40))),
  );
  const texts = (await textsOf(ask())).map((text) => text.slice(0, 6));
  expect(texts).toEqual(inOrder);
  expect(bodies.map(({ n, seed }) => [n, seed])).toEqual([
    [3, 7],
    [1, 8],
    [1, 9],
  ]);
  await ask();
  expect(bodies.slice(3).map(({ n }) => n)).toEqual([1, 1, 1]);
  expect(notices).toEqual([expect.stringContaining('the same word for word')]);
});

test('that gives the same short answer n times, or the same one without chance: these are its votes', async () => {
  const { ask, notices, bodies } = await serverThat(({ n, temperature }) =>
    saying(Array.from({ length: Number(n) }, () => (temperature === 0 ? 'a'.repeat(500) : 'A'))),
  );
  expect((await ask()).choices).toHaveLength(3);
  expect((await ask({ temperature: 0 })).choices).toHaveLength(3);
  expect(bodies).toHaveLength(2);
  expect(notices).toEqual([]);
});

test('that refuses a field which is no part of the question: it is left out, and that is said once', async () => {
  const { ask, textsOf, notices, bodies } = await serverThat((body) => {
    if ('chat_template_kwargs' in body) return refusal('Unrecognized request argument supplied: chat_template_kwargs');
    return 'seed' in body ? refusal("Unsupported parameter: 'seed'", 'seed') : answerTo(body);
  });
  const asked = await Promise.all([textsOf(ask()), textsOf(ask())]);
  expect(asked).toEqual(Array.from({ length: 2 }, () => ['no seed', 'no seed', 'no seed']));
  expect(notices).toHaveLength(2);
  const before = bodies.length;
  await ask();
  expect(bodies).toHaveLength(before + 1);
  expect(Object.keys(bodies.at(-1) ?? {})).not.toContain('seed');
});

test.each([
  ['FastAPI', (complaints: object[]) => ({ detail: complaints })],
  ['Mistral', (complaints: object[]) => ({ object: 'error', message: { detail: complaints }, param: null })],
])('that lists its complaints as %s does: the field in them is left out', async (_name, bodyOf) => {
  const { ask, textsOf, notices } = await serverThat((body) => {
    if (!('seed' in body)) return answerTo(body);
    const place = { type: 'extra_forbidden', loc: ['body', 'seed'], input: 7 };
    return [422, bodyOf([{ ...place, msg: 'Extra inputs are not permitted' }])];
  });
  expect(await textsOf(ask())).toEqual(['no seed', 'no seed', 'no seed']);
  expect(notices).toEqual([expect.stringContaining('the field seed')]);
});

test('with the newer name of max_tokens', async () => {
  const { ask, textsOf, bodies } = await serverThat((body) =>
    'max_tokens' in body
      ? refusal(
          "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
          'max_tokens',
        )
      : answerTo(body),
  );
  expect(await textsOf(ask())).toEqual(inOrder);
  expect(bodies.at(-1)).toMatchObject({ max_completion_tokens: 16 });
});

test('that refuses a form which the answer must have: it is never left out', async () => {
  const { ask } = await serverThat((body) =>
    'structured_outputs' in body
      ? refusal('Unrecognized request argument supplied: structured_outputs')
      : answerTo(body),
  );
  await expect(ask({ regex: 'A|B' })).rejects.toMatchObject({ code: 'bad-request' });
});

test('without usage: the tokens are unknown', async () => {
  for (const usage of [undefined, null, {}]) {
    const { ask } = await serverThat((body) => {
      const [status, answer] = answerTo(body);
      return [status, { ...answer, usage }];
    });
    expect(await ask()).toMatchObject({ promptTokens: null, completionTokens: null });
  }
});

test('with the content in parts, or without a reason for the end', async () => {
  const parts = [{ type: 'text', text: 'one ' }, { type: 'refusal' }, { type: 'text', text: 'two' }];
  const { ask } = await serverThat(() => [
    200,
    chatAnswer({}, [{ index: 0, message: { content: parts }, finish_reason: null }]),
  ]);
  expect((await ask({ n: 1 })).choices).toMatchObject([{ content: 'one two', finishReason: 'unknown' }]);
});

test('that names its models with a * only when it is asked for them, as LiteLLM does', async () => {
  const named = { id: 'judge', owned_by: 'openai' };
  const server = await startRawServer(({ url }, response) => {
    const data = url?.includes('?return_wildcard_routes=true') ? [named, { ...named, id: 'own/*' }] : [named];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  });
  const engine = vllmEngine({ baseUrl: server.url });
  cleanUp.push(server.close, engine.close);
  expect((await engine.models(never))?.map(({ id }) => id)).toEqual(['judge', 'own/*']);
});

test('that lists its models and knows no more of them', async () => {
  const server = await startRawServer(({ url }, response) => {
    const isKnown = url === '/v1/models';
    const body = isKnown ? { data: [{ id: 'judge', owned_by: 'openai' }] } : { error: { message: 'unknown' } };
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const engine = vllmEngine({ baseUrl: server.url });
  cleanUp.push(server.close, engine.close);
  expect(await engine.models(never)).toEqual([{ id: 'judge', maxTokens: null }]);
});

test('with the length of the model among its particulars, as llama.cpp has it', async () => {
  const { engine } = await serverThat(answerTo, 'llamacpp');
  expect(await engine.models(never)).toEqual([{ id: 'judge', maxTokens: 2048 }]);
});

test('without a list of models, or with an empty one: nobody knows what it serves', async () => {
  expect(await (await serverThat(answerTo)).engine.models(never)).toBeNull();
});

const restOfSampling = { top_k: -1, min_p: 0, repetition_penalty: 1 };

test('that calls itself by a name of those with more sampling: it is told to switch it off, unless it refuses that', async () => {
  for (const owner of ['vllm', 'sglang', 'llamacpp']) {
    const { engine, ask, bodies } = await serverThat(answerTo, owner);
    await engine.models(never);
    await ask({ n: 1 });
    expect(bodies.at(-1)).toMatchObject(restOfSampling);
  }
  const { engine, textsOf, ask, notices, bodies } = await serverThat(
    (body) => ('min_p' in body ? refusal('min_p: no such thing') : answerTo(body)),
    'vllm',
  );
  await engine.models(never);
  expect(await textsOf(ask())).toEqual(inOrder);
  await ask();
  expect(bodies.map((body) => 'top_k' in body)).toEqual([true, false, false]);
  expect(notices).toEqual([]);
});

test('that calls itself otherwise is asked in the words of OpenAI alone', async () => {
  const { engine, ask, bodies } = await serverThat(answerTo, 'openai');
  await engine.models(never);
  await ask();
  for (const field of Object.keys(restOfSampling)) expect(bodies.at(-1)).not.toHaveProperty(field);
});

test('that calls itself llama.cpp is asked for one answer at a time, since it counts the tokens of the first one only', async () => {
  const { engine, textsOf, ask, notices, bodies } = await serverThat(answerTo, 'llamacpp');
  await engine.models(never);
  expect(await textsOf(ask())).toEqual(inOrder);
  expect(bodies.map(({ n }) => n)).toEqual([1, 1, 1]);
  expect(notices).toEqual([]);
});
