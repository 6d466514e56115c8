import { addTotals, emptyTotals, type Statistic } from '@proofmill/stats';
import { describe, expect, it } from 'vitest';
import { itemsOf, seedNote } from './items.ts';
import { type JudgedOptions, judged } from './judged.ts';
import { statistic, summaryOf } from './statistic.ts';

const sampleCount = 100;
const itemsEach = 100;
const timeout = 300_000;

interface Case {
  /** Also names the items, and hence seeds their texts. */
  readonly title: string;
  readonly name: Statistic['name'];
  readonly truth: number;
  readonly options: Pick<JudgedOptions, 'simulator' | 'votes'>;
}

const cases: Case[] = [
  {
    title: 'a share of rows',
    name: 'goldAccuracy',
    truth: 0.75,
    options: { simulator: { accuracy: { mean: 0.75, spread: 0 } } },
  },
  {
    // The eight votes of a row are nearly alike: treated as independent, about 36 of 100 intervals would miss.
    title: 'a share of votes that go together',
    name: 'positionBias',
    truth: 0.1,
    options: {
      simulator: { accuracy: { mean: 0.85, spread: 0 }, positionBias: 0.1 },
      votes: { max: 8, orders: 'fixed' },
    },
  },
];

describe(`95 of 100 intervals contain the truth (${seedNote})`, () => {
  it.each(cases)(
    'of $title: at least 87 of 100 samples of 100 items',
    { timeout },
    async ({ title, name, truth, options }) => {
      const missed: string[] = [];
      const totals = emptyTotals();
      for (let sample = 0; sample < sampleCount; sample += 1) {
        const run = await judged({ items: itemsOf(itemsEach, `${title} ${sample}`), ...options });
        addTotals(totals, run.totals);
        const measured = statistic(run, name);
        if (measured.low > truth || measured.high < truth) missed.push(summaryOf(measured));
      }
      // More than 13 misses in 100, at 1 in 20 each, happen in five of ten thousand seeds.
      expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(13);
      const whole = statistic({ totals }, name);
      expect(Math.abs(whole.value - truth), summaryOf(whole)).toBeLessThanOrEqual(0.02);
    },
  );
});
