import { describe, expect, it } from 'vitest';
import { bradleyTerry } from './bradley-terry.ts';
import { normalDistribution } from './confidence.ts';
import {
  about,
  chatAnswers,
  chatsOf,
  drawn,
  generator,
  labelDefinition,
  labelOf,
  lineOf,
  SEED,
  trial,
  verdict,
} from './trial.ts';

/** A judge that prefers the text further to the back of the alphabet, and calls equal first letters a tie. */
const alphabetic = chatAnswers((prompt) => {
  const [a = '', b = ''] = prompt.split('/');
  return verdict(a[0] === b[0] ? 'C' : a > b ? 'A' : 'B');
});

const methods = ['knockout', 'linear', 'round-robin'] as const;
const both = { max: 2, orders: 'both' } as const;

describe('the best of several responses', () => {
  it.each(methods)('is found by %s wherever it stands, and every comparison is asked once in each order', (ranking) => {
    const chance = generator(SEED);
    for (let round = 0; round < 60; round += 1) {
      const count = 3 + Math.floor(chance() * 6);
      const texts = 'abcdefghij'.slice(0, count).split('');
      texts.sort(() => chance() - 0.5);
      const run = trial(labelDefinition(both, { ranking }), lineOf(texts, `${round}`), alphabetic);
      const label = labelOf(run);
      const where = `${about}, ${texts.join('')}`;
      expect(label.winner, where).toBe(texts.indexOf([...texts].sort().at(-1) ?? ''));
      const comparisons = ranking === 'round-robin' ? (count * (count - 1)) / 2 : count - 1;
      const prompts = chatsOf(run).map(({ messages }) => messages[0]?.content);
      expect(prompts, where).toHaveLength(2 * comparisons);
      expect(new Set(prompts).size, where).toBe(prompts.length);
      expect(label.votes, where).toHaveLength(2 * comparisons);
    }
  });

  it('is found by knockout in rounds: all comparisons of a round are asked at once', () => {
    const run = trial(labelDefinition(both), lineOf(['c', 'a', 'e', 'b', 'd'], 'rounds'), alphabetic);
    expect(run.waves).toEqual([4, 2, 2]);
  });

  it('is nobody where the judge finds it no better than another', () => {
    for (const ranking of methods) {
      const label = labelOf(trial(labelDefinition(both, { ranking }), lineOf(['b1', 'a', 'b2']), alphabetic));
      expect(label, ranking).toMatchObject({ winner: null, tie: true, confidence: 0.5 });
    }
  });

  it('swaps with the responses under a judge that looks at nothing but the responses', () => {
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

  it('fails where no answer at all can be read', () => {
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

  it('counts equal texts as one: they stand together, and are compared with the others once', () => {
    const texts = ['a', 'b', 'a', 'c'];
    const run = trial(labelDefinition(both, { ranking: 'round-robin' }), lineOf(texts), alphabetic);
    expect(chatsOf(run)).toHaveLength(6);
    expect(labelOf(run).ranking).toEqual([3, 1, 0, 2]);
    expect(labelOf(run).scores?.values[0]).toBe(labelOf(run).scores?.values[2]);
  });
});

describe('identical responses', () => {
  it('are a tie, and nobody is asked', () => {
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

describe('Bradley and Terry', () => {
  it('gives the log-odds of two responses, with the error that the counts have', () => {
    // 30 to 10, and half a win for each: log(30.5 / 10.5); its variance 1 / 30.5 + 1 / 10.5.
    const { values, errors, differenceError } = bradleyTerry([
      [0, 30],
      [10, 0],
    ]);
    expect((values[0] ?? 0) - (values[1] ?? 0)).toBeCloseTo(Math.log(30.5 / 10.5), 8);
    expect(differenceError(0, 1)).toBeCloseTo(Math.sqrt(1 / 30.5 + 1 / 10.5), 8);
    expect(errors[0]).toBeCloseTo((differenceError(0, 1) ?? 0) / 2, 8);
  });

  it('finds strengths again from games that they decided', () => {
    const chance = generator(SEED);
    const strengths = [1.2, 0.3, -0.4, -1.1];
    const wins = strengths.map(() => strengths.map(() => 0));
    for (let game = 0; game < 3000; game += 1) {
      strengths.forEach((one, i) => {
        strengths.forEach((other, j) => {
          if (i >= j) return;
          const [winner, loser] = chance() < 1 / (1 + Math.exp(other - one)) ? [i, j] : [j, i];
          (wins[winner] as number[])[loser] = (wins[winner]?.[loser] ?? 0) + 1;
        });
      });
    }
    const { values, errors } = bradleyTerry(wins);
    strengths.forEach((strength, i) => {
      expect(Math.abs((values[i] ?? 0) - strength), about).toBeLessThan(4 * (errors[i] ?? 0));
      expect(errors[i], about).toBeLessThan(0.05);
    });
  });

  it('stays finite for who won everything, and says nothing of who was not compared', () => {
    const { values, errors } = bradleyTerry([
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect([...values, ...errors].every(Number.isFinite)).toBe(true);
    expect(values[0]).toBeGreaterThan(values[1] ?? 0);
  });
});

describe('the normal distribution', () => {
  it('has the values of the tables', () => {
    expect(normalDistribution(0)).toBeCloseTo(0.5, 6);
    expect(normalDistribution(1.96)).toBeCloseTo(0.9750021, 6);
    expect(normalDistribution(-1.6448536)).toBeCloseTo(0.05, 6);
    expect(normalDistribution(5)).toBeCloseTo(0.99999971, 6);
  });
});
