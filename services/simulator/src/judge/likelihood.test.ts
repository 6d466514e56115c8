import { expect, test } from 'vitest';
import { ask, framed, post, withVerdict } from '../client.fixture.ts';
import { createSimulator, type Simulator } from '../index.ts';

const question = 'Which planet is the largest of the solar system?';
const jupiter = 'Jupiter is the largest planet, more than twice as heavy as all others together.';
const saturn = 'Saturn is the largest planet, since its rings reach so far into space.';
const prompt = withVerdict(framed(question, jupiter, saturn), 'A');

async function idsOf(simulator: Simulator, body: object): Promise<number[]> {
  const answer = await (await post(simulator.fetch, '/tokenize', body)).json();
  return (answer as { tokens: number[] }).tokens;
}

const conversation = (content: string) => ({ messages: [{ role: 'user', content }] });

interface Scored {
  readonly choices: { prompt_logprobs: (Record<string, { logprob: number; decoded_token: string }> | null)[] }[];
}

async function logprobsOf(simulator: Simulator, text: number[] | string) {
  const body = { prompt: text, max_tokens: 1, temperature: 0, prompt_logprobs: 0 };
  const { choices } = (await (await post(simulator.fetch, '/v1/completions', body)).json()) as Scored;
  return (choices[0]?.prompt_logprobs ?? []).map((token) => (token === null ? null : Object.values(token)[0]));
}

/** log p(text | conversation), summed over the tokens of the text. */
async function logLikelihood(simulator: Simulator, content: string, text: string): Promise<number> {
  const context = await idsOf(simulator, conversation(content));
  const own = await idsOf(simulator, { prompt: text, add_special_tokens: false });
  const logprobs = await logprobsOf(simulator, [...context, ...own]);
  expect(logprobs).toHaveLength(context.length + own.length);
  return logprobs.slice(context.length).reduce((sum, token) => sum + (token?.logprob ?? 0), 0);
}

/** The score of a proof in GRAM-R2's paper: 0 is best, -1 is a text that the context does not make likelier. */
const ratio = async (simulator: Simulator, content: string, text: string): Promise<number> =>
  -(await logLikelihood(simulator, content, text)) / (await logLikelihood(simulator, '', text));

const specific =
  'First, Response A says "Jupiter is the largest planet, more than twice as heavy as all others together", which holds. Response B says "its rings reach so far into space", which is no reason. Thus, Response A is better.';
const boilerplate =
  'First, this candidate seems rather good overall. However, that candidate appears somewhat worse in general. Thus, Response A is better.';

test('token numbers stand for their words, in a conversation and alone', async () => {
  const simulator = createSimulator();
  const ids = await idsOf(simulator, { prompt: specific });
  const scored = await logprobsOf(simulator, ids);
  expect(
    scored
      .slice(1)
      .map((token) => token?.decoded_token)
      .join(''),
  ).toBe(specific.slice('First'.length));
  expect(scored).toEqual(await logprobsOf(simulator, specific));
});

test('a conversation has as many tokens as its answer counts', async () => {
  const simulator = createSimulator();
  const { usage } = await ask(simulator, prompt);
  expect(await idsOf(simulator, conversation(prompt))).toHaveLength(usage.prompt_tokens);
});

test('a text has the same likelihood each time, even in a simulator that has never seen its words', async () => {
  const simulator = createSimulator();
  const ids = [...(await idsOf(simulator, conversation(prompt))), ...(await idsOf(simulator, { prompt: specific }))];
  const numbers = async (asked: Simulator) => (await logprobsOf(asked, ids)).map((token) => token?.logprob);
  const first = await numbers(simulator);
  expect(await numbers(simulator)).toEqual(first);
  expect(await numbers(createSimulator())).toEqual(first);
});

test('a text that quotes the responses is far likelier after them; a text that quotes nothing hardly is', async () => {
  const simulator = createSimulator();
  const quoting = await ratio(simulator, prompt, specific);
  const vague = await ratio(simulator, prompt, boilerplate);
  expect(quoting).toBeGreaterThan(-0.5);
  expect(vague).toBeGreaterThan(-1);
  expect(vague).toBeLessThan(quoting - 0.2);
});

test('a text that concludes as its context does is likelier than after the opposite verdict', async () => {
  const simulator = createSimulator();
  const forB = withVerdict(framed(question, jupiter, saturn), 'B');
  expect(await logLikelihood(simulator, prompt, specific)).toBeGreaterThan(
    await logLikelihood(simulator, forB, specific),
  );
});

test('proofs by the simulator have distinct ratios', async () => {
  const simulator = createSimulator({ badProofRate: 0 });
  const { contents } = await ask(simulator, prompt, { n: 4, temperature: 0.7 });
  const ratios = await Promise.all(contents.map((text) => ratio(simulator, prompt, text)));
  expect(new Set(ratios).size).toBe(4);
  for (const proofRatio of ratios) {
    expect(proofRatio).toBeLessThan(0);
    expect(proofRatio).toBeGreaterThan(-1);
  }
});

test('with promptLogprobs off it refuses to score, and still answers', async () => {
  const simulator = createSimulator({ promptLogprobs: false });
  const refused = await post(simulator.fetch, '/v1/completions', { prompt: 'a b', max_tokens: 1, prompt_logprobs: 0 });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { param: 'prompt_logprobs' } });
  expect((await ask(simulator, prompt)).status).toBe(200);
});

test('anything but one text or one list of token numbers is refused', async () => {
  for (const bad of [[], [1, 'two'], [[1], [2]], 7]) {
    const response = await post(createSimulator().fetch, '/v1/completions', { prompt: bad, max_tokens: 1 });
    expect(response.status).toBe(400);
  }
});
