import { expect, test } from 'vitest';
import { ask, framed } from '../client.fixture.ts';
import { createSimulator, type SimulatorOptions } from '../index.ts';

const question = 'What is 2 + 2?';
const goldPairs = [{ question, better: 'It is 4.', worse: 'It is 5.', explanation: null }];
const first = framed(question, 'It is 4.', 'It is 5.');
const second = framed(question, 'It is 5.', 'It is 4.');
const judge: SimulatorOptions = { goldPairs, accuracy: { mean: 0.8, spread: 0 }, positionBias: 0, invalidRate: 0 };
const oneToken = { max_tokens: 1, temperature: 0, logprobs: true, top_logprobs: 5 };

interface Place {
  readonly token: string;
  readonly top_logprobs: { token: string; logprob: number }[];
}

async function places(options: SimulatorOptions, content: string, fields = {}): Promise<Place[]> {
  const { body } = await ask(createSimulator({ ...judge, ...options }), content, { ...oneToken, ...fields });
  const [choice] = body.choices as { logprobs: { content: Place[] } }[];
  return choice?.logprobs.content ?? [];
}

const probabilities = (place: Place | undefined): Record<string, number> =>
  Object.fromEntries((place?.top_logprobs ?? []).map(({ token, logprob }) => [token, Math.exp(logprob)]));

/** The probability of the first letter among the two. */
const shareOfA = ({ A = 0, B = 0 }: Record<string, number>): number => A / (A + B);

test('one token with its alternatives is the letter with the probability of both, and little for others', async () => {
  const [place] = await places({}, first);
  expect(place?.token).toBe('A');
  expect(place?.top_logprobs).toHaveLength(5);
  const found = probabilities(place);
  expect(shareOfA(found)).toBeCloseTo(0.8, 5);
  expect((found.A ?? 0) + (found.B ?? 0)).toBeCloseTo(0.98, 5);
  expect(shareOfA(probabilities((await places({}, second))[0]))).toBeCloseTo(0.2, 5);
});

test('position bias moves the probabilities of both orders to the first', async () => {
  const [one] = await places({ positionBias: 0.1 }, first);
  const [other] = await places({ positionBias: 0.1 }, second);
  expect(shareOfA(probabilities(one))).toBeCloseTo(0.9, 5);
  expect(shareOfA(probabilities(other))).toBeCloseTo(0.3, 5);
});

test('an answer that is none has neither letter among its likeliest', async () => {
  const [place] = await places({ invalidRate: 1 }, first, { top_logprobs: 10 });
  expect(place?.token).toBe('The');
  expect(Object.keys(probabilities(place))).not.toEqual(expect.arrayContaining(['A']));
});

test('what structured outputs allow is all there is, whatever the letters are called', async () => {
  const allowed = { structured_outputs: { choice: ['1', '2'] } };
  const [place] = await places({ invalidRate: 1 }, first, allowed);
  expect(place?.token).toBe('1');
  expect(probabilities(place)['1']).toBeCloseTo(0.8, 5);
  const { contents } = await ask(createSimulator(judge), first, { structured_outputs: { regex: '(A|B)' } });
  expect(contents[0]).toMatch(/^[AB]$/);
});

test('in a whole answer the word of the verdict has the other one beside it', async () => {
  const found = await places({}, first, { max_tokens: 2000, top_logprobs: 3 });
  const decisive = found.filter(
    ({ token, top_logprobs: top }) =>
      /^[AB]$/.test(token) && top.some((each) => each.token === (token === 'A' ? 'B' : 'A')),
  );
  expect(decisive).toHaveLength(1);
  const [{ token, ...place } = { token: '', top_logprobs: [] }] = decisive;
  expect(probabilities({ token, ...place })[token]).toBeGreaterThan(0.89);
  expect(found.map((each) => each.token).join('')).toMatch(new RegExp(`<answer>\n${token}\n</answer>$`));
});

test('one token without alternatives is the beginning of the whole answer', async () => {
  const { contents, finishReasons } = await ask(createSimulator(judge), first, { max_tokens: 1 });
  expect([contents, finishReasons]).toEqual([['<'], ['length']]);
});
