import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import {
  chatAnswers,
  chatsOf,
  drawn,
  labelDefinition,
  labelOf,
  lineOf,
  profileWith,
  trial,
  verdict,
} from '../trial.fixture.ts';

/** A judge that prefers the text later in the alphabet, and calls equal first letters a tie. */
const alphabetic = chatAnswers((prompt) => {
  const [a = '', b = ''] = prompt.split('/');
  return verdict(a[0] === b[0] ? 'C' : a > b ? 'A' : 'B');
});

const methods = ['knockout', 'linear', 'round-robin'] as const;
const both = { max: 2, orders: 'both' } as const;

describe('the best of several responses', () => {
  it.each(methods)('is found by %s at any position, with every comparison asked once in each order', (ranking) => {
    const chance = chanceOf(testSeed);
    for (let round = 0; round < 60; round += 1) {
      const count = 3 + Math.floor(chance() * 6);
      const texts = 'abcdefghij'.slice(0, count).split('');
      texts.sort(() => chance() - 0.5);
      const run = trial(labelDefinition(both, { ranking }), lineOf(texts, `${round}`), alphabetic);
      const label = labelOf(run);
      const where = `${seedNote}, ${texts.join('')}`;
      expect(label.winner, where).toBe(texts.indexOf([...texts].sort().at(-1) ?? ''));
      const comparisons = ranking === 'round-robin' ? (count * (count - 1)) / 2 : count - 1;
      const prompts = chatsOf(run).map(({ messages }) => messages[0]?.content);
      expect(prompts, where).toHaveLength(2 * comparisons);
      expect(new Set(prompts).size, where).toBe(prompts.length);
      expect(label.votes, where).toHaveLength(2 * comparisons);
    }
  });

  it('is found by knockout in rounds, whose comparisons are asked for at once', () => {
    const run = trial(labelDefinition(both), lineOf(['c', 'a', 'e', 'b', 'd'], 'rounds'), alphabetic);
    expect(run.rounds).toEqual([4, 2, 2]);
  });

  it('does not exist if the judge finds it no better than another', () => {
    for (const ranking of methods) {
      const label = labelOf(trial(labelDefinition(both, { ranking }), lineOf(['b1', 'a', 'b2']), alphabetic));
      expect(label, ranking).toMatchObject({ winner: null, tie: true, confidence: 0.5 });
    }
  });

  it('follows the responses when they swap places, if the judge looks at nothing else', () => {
    for (const ranking of methods) {
      const texts = ['c', 'a', 'd', 'b'];
      const one = labelOf(trial(labelDefinition(both, { ranking }), lineOf(texts), alphabetic));
      const other = labelOf(trial(labelDefinition(both, { ranking }), lineOf([...texts].reverse()), alphabetic));
      expect([one.winner, other.winner], ranking).toEqual([2, 1]);
    }
  });

  it('has the confidence of its weakest comparison', () => {
    const says = chatAnswers((prompt, seed) => {
      const [a = '', b = ''] = prompt.split('/');
      const sure = !(a + b).includes('b');
      return verdict((sure || drawn('x', seed) < 0.75) === a > b ? 'A' : 'B');
    });
    const label = labelOf(
      trial(labelDefinition({ max: 9 }, { ranking: 'linear' }), lineOf(['a', 'b', 'c'], '7'), says),
    );
    expect(label.confidenceOf).toBe('weakest-comparison');
    expect(label.confidence).toBeLessThan(0.99);
    expect(label.winner).toBe(2);
  });

  it('fails if no answer can be read', () => {
    const { outcome } = trial(
      labelDefinition(both),
      lineOf(['a', 'b', 'c']),
      chatAnswers(() => 'well'),
    );
    expect(outcome).toMatchObject({ type: 'failed', class: 'no-valid-judgment' });
  });
});

describe('the ranking of all responses', () => {
  it('lists them from best to worst, with strengths around 0 and their errors', () => {
    const texts = ['c', 'a', 'd', 'b'];
    const label = labelOf(trial(labelDefinition(both, { ranking: 'round-robin' }), lineOf(texts), alphabetic));
    expect(label.ranking).toEqual([2, 0, 3, 1]);
    const { values = [], errors } = label.scores ?? {};
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
    expect(errors?.every((error) => error > 0 && error < 5)).toBe(true);
    expect(label.confidenceOf).toBe('strengths');
    expect(label.confidence).toBeGreaterThan(0.5);
  });

  it('counts equal texts as one: they are ranked together and compared with the others once', () => {
    const texts = ['a', 'b', 'a', 'c'];
    const run = trial(labelDefinition(both, { ranking: 'round-robin' }), lineOf(texts), alphabetic);
    expect(chatsOf(run)).toHaveLength(6);
    expect(labelOf(run).ranking).toEqual([3, 1, 0, 2]);
    expect(labelOf(run).scores?.values[0]).toBe(labelOf(run).scores?.values[2]);
  });
});

describe('a response that no readable answer compares', () => {
  const answers = chatAnswers((prompt) => (prompt.includes('z') ? 'no verdict' : verdict(prompt > 'b' ? 'A' : 'B')));

  it.each([3, 4])('has no place in a ranking of %d: the item fails and says which response it is', (count) => {
    const texts = ['a', 'b', 'z', 'c'].slice(0, count);
    const { outcome } = trial(labelDefinition(both, { ranking: 'round-robin' }), lineOf(texts), answers);
    expect(outcome).toMatchObject({
      type: 'failed',
      class: 'no-valid-judgment',
      message: expect.stringMatching(/^no answer .* compares response 2 with response 0: \d+ were without a verdict$/),
    });
  });

  it('fails a ranking whose responses are in two groups that nothing compares', () => {
    const apart = chatAnswers((prompt) => {
      const [one = '', other = ''] = prompt.split('/');
      return one[0] === other[0] ? verdict(one > other ? 'A' : 'B') : 'no verdict';
    });
    const texts = ['a1', 'b1', 'a2', 'b2'];
    const { outcome } = trial(labelDefinition(both, { ranking: 'round-robin' }), lineOf(texts), apart);
    expect(outcome).toMatchObject({ type: 'failed', message: expect.stringContaining('compares responses 1, 3 with') });
  });

  it.each(['knockout', 'linear'] as const)('fails %s where it met the best, which is no tie', (ranking) => {
    const { outcome } = trial(labelDefinition(both, { ranking }), lineOf(['c', 'z', 'a']), answers);
    expect(outcome).toMatchObject({
      type: 'failed',
      class: 'no-valid-judgment',
      message: expect.stringMatching(/^no answer about responses 0 and 1 could be read/),
    });
  });
});

describe('the confidence of a ranking', () => {
  it('grows with the votes on each comparison', () => {
    const confidences = [1, 2, 16, 256].map((max) => {
      const run = trial(labelDefinition({ max }, { ranking: 'round-robin' }), lineOf(['a', 'b', 'c']), alphabetic);
      expect(labelOf(run).scores?.values.every(Number.isFinite)).toBe(true);
      return labelOf(run).confidence;
    });
    expect(confidences[0]).toBeLessThan(0.75);
    expect(confidences[3]).toBeGreaterThan(0.999);
    expect([...confidences].sort((a, b) => a - b)).toEqual(confidences);
    expect(new Set(confidences).size).toBe(4);
  });
});

describe('scores that a judge writes', () => {
  const written = profileWith({
    parse: { rule: 'json', ranking: { field: 'ranking', to: 6 }, scores: ['score_1', 'score_2'] },
  });
  it.each(['1e308', '-1e308', '1e999', 'null', '"1e308"'])(
    'have no mean where one of them is %s, and the verdict counts',
    (score) => {
      const answers = chatAnswers(() => `{"score_1": ${score}, "score_2": ${score}, "ranking": 2}`);
      const label = labelOf(
        trial(labelDefinition({ max: 2, orders: 'fixed' }, { profile: written }), lineOf(['a', 'b']), answers),
      );
      expect(label).toMatchObject({ winner: 0, scores: null });
    },
  );

  it('have a finite mean, however large they may be', () => {
    const answers = chatAnswers(() => '{"score_1": 1e100, "score_2": -1e100, "ranking": 1}');
    const definition = labelDefinition({ max: 256, orders: 'fixed' }, { profile: written });
    const { scores } = labelOf(trial(definition, lineOf(['a', 'b']), answers));
    expect(scores?.values.every(Number.isFinite)).toBe(true);
  });
});

describe('identical responses', () => {
  it('are a tie, and no request is sent', () => {
    for (const texts of [
      ['same', 'same'],
      ['same', 'same', 'same'],
    ]) {
      const run = trial(labelDefinition({ max: 16 }), lineOf(texts), alphabetic);
      expect(run.sent).toEqual([]);
      expect(labelOf(run)).toMatchObject({ winner: null, tie: true, confidenceOf: 'none', votes: [] });
      expect(run.outcome.tokens).toEqual({ prompt: 0, completion: 0 });
    }
  });
});
