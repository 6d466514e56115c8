import { expect, test } from 'vitest';
import { post } from '../client.fixture.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../index.ts';

const pooling = (options: SimulatorOptions = {}): Simulator => createSimulator({ runner: 'pooling', ...options });
const question = (index: number): string => `Question ${index}: what is the capital of Australia?`;
const better = 'Canberra, since 1913.';
const worse = 'Sydney, the largest city.';
const goldPairs = Array.from({ length: 1000 }, (_, index) => ({
  question: question(index),
  better,
  worse,
  explanation: null,
}));

const conversation = (asked: string, response: string) => [
  { role: 'user', content: asked },
  { role: 'assistant', content: response },
];

interface Body {
  readonly data: { probs: number[]; data: number[] }[];
}

async function answer(simulator: Simulator, route: string, body: object): Promise<Body> {
  return (await post(simulator.fetch, route, body)).json() as Promise<Body>;
}

async function scoreOf(simulator: Simulator, asked: string, response: string): Promise<number> {
  const body = { messages: conversation(asked, response), use_activation: false };
  return (await answer(simulator, '/classify', body)).data[0]?.probs[0] ?? Number.NaN;
}

test('both routes give the raw score, or its sigmoid, as vLLM does', async () => {
  const simulator = pooling();
  const messages = conversation('What?', 'That.');
  const raw = await answer(simulator, '/classify', { messages, use_activation: false });
  expect(raw).toMatchObject({
    id: expect.stringMatching(/^classify-/),
    object: 'list',
    model: 'simulated-judge',
    data: [{ index: 0, label: 'LABEL_0', num_classes: 1 }],
    usage: { completion_tokens: 0 },
  });
  const score = raw.data[0]?.probs[0] ?? Number.NaN;
  expect(score).toBe(Math.fround(score));
  for (const activation of [{}, { use_activation: true }]) {
    const activated = await answer(simulator, '/classify', { messages, ...activation });
    expect(activated.data[0]?.probs[0]).toBeCloseTo(1 / (1 + Math.exp(-score)), 6);
  }
  const pooled = await answer(simulator, '/pooling', { messages, use_activation: false, task: 'classify' });
  expect(pooled).toMatchObject({ id: expect.stringMatching(/^pool-/), data: [{ object: 'pooling', data: [score] }] });
});

test('the better response scores higher as often as margin and noise imply', async () => {
  const simulator = pooling({ goldPairs });
  let right = 0;
  for (const { question: asked } of goldPairs) {
    if ((await scoreOf(simulator, asked, better)) > (await scoreOf(simulator, asked, worse))) right += 1;
  }
  expect(right / goldPairs.length).toBeCloseTo(0.92, 1);
  const silent = pooling({ goldPairs, rewardNoise: 0, rewardMargin: 3 });
  const margin = (await scoreOf(silent, question(1), better)) - (await scoreOf(silent, question(1), worse));
  expect(margin).toBeCloseTo(3, 4);
});

test('the score belongs to the whole conversation: the question matters, and earlier turns do not hide the gold label', async () => {
  const simulator = pooling({ goldPairs, rewardNoise: 0 });
  expect(await scoreOf(simulator, question(1), better)).not.toBe(await scoreOf(simulator, question(2), better));
  const messages = [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hi' },
    ...conversation(question(1), better),
  ];
  const { data } = await answer(simulator, '/classify', { messages, use_activation: false });
  expect(data[0]?.probs[0]).toBe(await scoreOf(simulator, question(1), better));
});

test('the configured share of questions has equal scores', async () => {
  const simulator = pooling({ goldPairs, tieRate: 0.2 });
  let ties = 0;
  for (const { question: asked } of goldPairs.slice(0, 500)) {
    if ((await scoreOf(simulator, asked, better)) === (await scoreOf(simulator, asked, worse))) ties += 1;
  }
  expect(ties / 500).toBeCloseTo(0.2, 1);
});

test('neither runner has the routes of the other', async () => {
  const missing = async (simulator: Simulator, path: string): Promise<void> => {
    const response = await post(simulator.fetch, path, { messages: conversation('What?', 'That.') });
    expect([path, response.status, await response.json()]).toEqual([path, 404, { detail: 'Not Found' }]);
  };
  for (const path of ['/v1/chat/completions', '/v1/completions']) await missing(pooling(), path);
  for (const path of ['/classify', '/pooling']) await missing(createSimulator(), path);
});

test('overlong conversations, other tasks and other models are refused', async () => {
  const simulator = pooling({ maxModelTokens: 50 });
  const refused = async (body: object) => (await post(simulator.fetch, '/pooling', body)).json();
  const messages = conversation('What?', 'word '.repeat(60));
  expect(await refused({ messages })).toMatchObject({ error: { param: 'input_tokens', code: 400 } });
  expect(await refused({ messages, task: 'embed' })).toMatchObject({ error: { param: 'task', code: 400 } });
  expect(await refused({ messages, model: 'nope' })).toMatchObject({ error: { param: 'model', code: 404 } });
});

test('a list of texts is scored, and every score is counted', async () => {
  const simulator = pooling();
  const { data } = await answer(simulator, '/classify', { input: ['one', 'two', 'one'], use_activation: false });
  expect(data.map(({ probs }) => probs[0]).map((score, _, scores) => scores.indexOf(score))).toEqual([0, 1, 0]);
  await scoreOf(simulator, 'What?', 'That.');
  await scoreOf(simulator, 'What?', 'That.');
  expect(simulator.log()).toEqual({ requests: 3, answers: 5, distinct: 4, askedTwice: 1, cancelled: 0 });
  expect(simulator.logEntries().every(({ kind }) => kind === 'score')).toBe(true);
});

test('a reward model that is served for chat answers a conversation with its score', async () => {
  const messages = conversation('What?', 'That.');
  const response = await post(createSimulator().fetch, '/v1/chat/completions', { messages });
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  const score = await scoreOf(pooling(), 'What?', 'That.');
  expect(choices[0]?.message.content).toBe(`reward:${score.toFixed(4)}`);
});
