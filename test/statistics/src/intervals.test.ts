import { addTotals, emptyTotals, type Statistic } from '@proofmill/stats';
import { describe, expect, it } from 'vitest';
import { about, itemsOf } from './items.ts';
import { type JudgedOptions, judged } from './judged.ts';
import { say, statistic } from './statistic.ts';

const SAMPLES = 100;
const ITEMS_EACH = 100;
const timeout = 300_000;

interface Case {
  readonly of: string;
  readonly name: Statistic['name'];
  readonly truth: number;
  readonly options: Pick<JudgedOptions, 'simulator' | 'votes'>;
}

const cases: Case[] = [
  {
    of: 'a share of rows',
    name: 'goldAccuracy',
    truth: 0.75,
    options: { simulator: { accuracy: { mean: 0.75, spread: 0 } } },
  },
  {
    // The eight votes of a row are nearly alike: taken for independent ones, about 36 of 100 intervals would miss.
    of: 'a share of votes that go together',
    name: 'positionBias',
    truth: 0.1,
    options: {
      simulator: { accuracy: { mean: 0.85, spread: 0 }, positionBias: 0.1 },
      votes: { max: 8, orders: 'fixed' },
    },
  },
];

describe(`95 of 100 intervals hold the truth (${about})`, () => {
  it.each(cases)(
    'of $of: at least 87 of 100 samples of 100 items',
    { timeout },
    async ({ of, name, truth, options }) => {
      const missed: string[] = [];
      const totals = emptyTotals();
      for (let sample = 0; sample < SAMPLES; sample += 1) {
        const run = await judged({ items: itemsOf(ITEMS_EACH, `${of} ${sample}`), ...options });
        addTotals(totals, run.totals);
        const measured = statistic(run, name);
        if (measured.low > truth || measured.high < truth) missed.push(say(measured));
      }
      // More than 13 of 100 at 1 in 20 each: five in ten thousand seeds.
      expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(13);
      const whole = statistic({ totals }, name);
      expect(Math.abs(whole.value - truth), say(whole)).toBeLessThanOrEqual(0.02);
    },
  );
});
