import { expect, test } from 'vitest';
import { ask, framed, verdictOf, withVerdict } from '../client.fixture.ts';
import { createSimulator } from '../index.ts';

const pair = (index: number): [string, string, string] => [
  `Question ${index}: what is the capital of Australia?`,
  `Canberra, says response ${index}, and it has been so since 1913.`,
  `Sydney, says response ${index}, because it is the largest city of the country.`,
];

const swapped = ([question, first, second]: [string, string, string]): [string, string, string] => [
  question,
  second,
  first,
];

/** Share of the verdict A over many known pairs, of which the response shown as `better` is the better one. */
async function shareOfA(
  options: Parameters<typeof createSimulator>[0],
  better: 'A' | 'B',
  count = 2000,
): Promise<number> {
  const goldPairs = Array.from({ length: count }, (_, index) => {
    const [question, right, wrong] = pair(index);
    return { question, better: right, worse: wrong, explanation: null };
  });
  const simulator = createSimulator({ invalidRate: 0, answerTokens: 40, goldPairs, ...options });
  let votesForA = 0;
  for (let index = 0; index < count; index++) {
    const shown = better === 'A' ? pair(index) : swapped(pair(index));
    const { contents } = await ask(simulator, framed(...shown), { seed: index });
    if (verdictOf(contents[0] ?? '') === 'A') votesForA += 1;
  }
  return votesForA / count;
}

test('choice i of n is the answer to a separate request with seed + i', async () => {
  const simulator = createSimulator();
  const { contents } = await ask(simulator, framed(...pair(1)), { n: 8, seed: 40 });
  const separate = await Promise.all(
    contents.map(async (_, index) => (await ask(simulator, framed(...pair(1)), { seed: 40 + index })).contents[0]),
  );
  expect(contents).toEqual(separate);
  expect(new Set(contents).size).toBe(8);
});

test('answers depend neither on the order of arrival nor on the load', async () => {
  const idle = createSimulator();
  const busy = createSimulator({ timeScale: 0.0005, slots: 3 });
  const prompts = Array.from({ length: 12 }, (_, index) => framed(...pair(index)));
  const forwards = await Promise.all(prompts.map(async (prompt) => (await ask(idle, prompt)).contents));
  const backwards = await Promise.all(prompts.toReversed().map(async (prompt) => (await ask(busy, prompt)).contents));
  expect(backwards.toReversed()).toEqual(forwards);
});

test('sampling changes an answer, and greedy answers ignore the seed', async () => {
  const simulator = createSimulator();
  const at = async (fields: Record<string, unknown>) => (await ask(simulator, framed(...pair(2)), fields)).contents[0];
  expect(await at({ temperature: 0.7 })).not.toBe(await at({ temperature: 0.6 }));
  expect(await at({ temperature: 0, seed: 1 })).toBe(await at({ temperature: 0, seed: 2 }));
});

test('votes are right as often as configured, in either order', async () => {
  expect(await shareOfA({ accuracy: { mean: 0.8, spread: 0.1 }, positionBias: 0 }, 'A')).toBeCloseTo(0.8, 1);
  expect(await shareOfA({ accuracy: { mean: 0.8, spread: 0.1 }, positionBias: 0 }, 'B')).toBeCloseTo(0.2, 1);
});

test('position bias moves votes towards the response shown first', async () => {
  const accuracy = { mean: 0.7, spread: 0.1 };
  const whenBetterIsFirst = await shareOfA({ accuracy, positionBias: 0.15 }, 'A');
  const whenBetterIsSecond = await shareOfA({ accuracy, positionBias: 0.15 }, 'B');
  expect(whenBetterIsFirst).toBeGreaterThan(0.81);
  expect(whenBetterIsFirst).toBeLessThan(0.89);
  expect(whenBetterIsSecond).toBeGreaterThan(0.41);
  expect(whenBetterIsSecond).toBeLessThan(0.49);
});

test('uniform accuracy makes one vote right three times out of four', async () => {
  const share = await shareOfA({ accuracy: 'uniform', positionBias: 0 }, 'A');
  expect(share).toBeGreaterThan(0.71);
  expect(share).toBeLessThan(0.79);
});

test('without a spread, every item has the mean accuracy', async () => {
  const simulator = createSimulator({ accuracy: { mean: 0.9, spread: 0 }, positionBias: 0, invalidRate: 0 });
  for (let index = 0; index < 20; index++) {
    const { contents } = await ask(simulator, framed(...pair(index)), { n: 400 });
    const share = contents.filter((content) => verdictOf(content) === 'A').length / 400;
    // Six standard deviations.
    expect(Math.abs(Math.max(share, 1 - share) - 0.9)).toBeLessThan(0.09);
  }
});

test('an unknown pair has a fixed better response, whichever is shown first', async () => {
  const simulator = createSimulator({ accuracy: { mean: 1, spread: 0 }, positionBias: 0, invalidRate: 0 });
  let votesForFirst = 0;
  for (let index = 0; index < 200; index++) {
    const verdict = verdictOf((await ask(simulator, framed(...pair(index)))).contents[0] ?? '');
    const swappedVerdict = verdictOf((await ask(simulator, framed(...swapped(pair(index))))).contents[0] ?? '');
    expect(new Set([verdict, swappedVerdict])).toEqual(new Set(['A', 'B']));
    if (verdict === 'A') votesForFirst += 1;
  }
  expect(votesForFirst).toBeGreaterThan(70);
  expect(votesForFirst).toBeLessThan(130);
});

test('the configured share of answers has no readable verdict', async () => {
  const simulator = createSimulator({ invalidRate: 0.3 });
  let invalid = 0;
  for (let index = 0; index < 600; index++) {
    const { contents } = await ask(simulator, framed(...pair(index)));
    if (verdictOf(contents[0] ?? '') === null) invalid += 1;
  }
  expect(invalid / 600).toBeCloseTo(0.3, 1);
});

test('a rationale follows the format, quotes both responses and gives the explanation of a known pair', async () => {
  const [question, better, worse] = pair(3);
  const explanation = 'Canberra was founded as the capital.';
  const goldPairs = [{ question, better, worse, explanation }];
  const simulator = createSimulator({ accuracy: { mean: 1, spread: 0 }, positionBias: 0, invalidRate: 0, goldPairs });
  const [content = ''] = (await ask(simulator, framed(question, worse, better))).contents;
  expect(content).toMatch(
    /^<think>\nFeedback:\n[^\n]+\n\nComparision:\n[^\n]+\n\nConclusion:\n[^\n]+\n<\/think>\n<answer>\nB\n<\/answer>$/,
  );
  expect(content).toContain('Canberra, says response 3');
  expect(content).toContain('Sydney, says response 3');
  expect(content).toContain(explanation);
});

test('proofs argue for the given verdict, except for the configured share', async () => {
  const simulator = createSimulator({ badProofRate: 0.2 });
  let good = 0;
  for (let seed = 0; seed < 400; seed++) {
    const [content = ''] = (await ask(simulator, withVerdict(framed(...pair(4)), 'B'), { seed })).contents;
    const format =
      /^Here is my justification for why the selected response is the better one\. First, Response A [\s\S]*Response B [\s\S]*Thus, Response B is better\.$/;
    if (format.test(content)) good += 1;
  }
  expect(good / 400).toBeCloseTo(0.8, 1);
});

test('the lengths of answers spread around the median', async () => {
  const simulator = createSimulator({ answerTokens: 300, invalidRate: 0 });
  const lengths: number[] = [];
  for (let index = 0; index < 200; index++) {
    lengths.push((await ask(simulator, framed(...pair(index)))).usage.completion_tokens);
  }
  const sorted = lengths.sort((left, right) => left - right);
  expect(sorted[100]).toBeGreaterThan(240);
  expect(sorted[100]).toBeLessThan(360);
  expect((sorted[190] ?? 0) / (sorted[10] ?? 1)).toBeGreaterThan(2);
});
