import { ConfigurationError, profileSchema } from '@proofmill/contract';
import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { expect, test } from 'vitest';
import { ScoreRange } from './score-range.ts';

const profileOf = (parse: object) =>
  profileSchema.parse({
    ...{ name: 'reward', version: 1, purpose: 'label', description: 'd', source: 's', endpoint: 'classify' },
    messages: [{ role: 'assistant', template: '{{ response }}' }],
    sampling: { temperature: 0, topP: 1, maxTokens: 1 },
    parse: { rule: 'scalar', ...parse },
    frameMarks: [],
    chatTemplateKwargs: {},
    examples: [],
  });
const profile = profileOf({});

/** The number of the score that is refused; null where none of them is. */
function refusedAt(scores: readonly number[], judge = profile): number | null {
  const range = new ScoreRange();
  for (const [index, score] of scores.entries()) {
    try {
      range.note(score, judge);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(String(error)).toContain('use_activation');
      return index + 1;
    }
  }
  return null;
}

const chance = chanceOf(testSeed);
const sigmoids = Array.from({ length: 300 }, () => chance());

test(`a hundred scores between 0 and 1 are refused, with the remedy ${seedNote}`, () => {
  expect(refusedAt(sigmoids)).toBe(100);
  expect(refusedAt(Array.from({ length: 100 }, () => 1))).toBe(100);
});

test('one raw reward among the first hundred shows that they are raw', () => {
  expect(refusedAt([...sigmoids.slice(0, 99), -0.3, ...sigmoids])).toBeNull();
  expect(refusedAt([17.5, ...sigmoids])).toBeNull();
});

test('a profile may say that its model scores from 0 to 1', () => {
  expect(refusedAt(sigmoids, profileOf({ unitInterval: true }))).toBeNull();
});
