import type { Item, Row, VotesDefinition } from '@proofmill/contract';
import { readProfile } from '@proofmill/coordinator';
import { voteShareOf } from '@proofmill/simulator';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, questionOf, seedNote } from './items.ts';
import { judged } from './judged.ts';

const timeout = 300_000;

interface Calibration {
  readonly rows: number;
  readonly meanConfidence: number;
  /** Share whose winner is the gold one. */
  readonly right: number;
}

function calibrationOf(rows: readonly Row[]): Calibration {
  const mean = (measure: (row: Row) => number): number =>
    rows.reduce((sum, row) => sum + measure(row), 0) / rows.length;
  return {
    rows: rows.length,
    meanConfidence: mean(({ confidence }) => confidence ?? Number.NaN),
    right: mean(({ winner, gold }) => (winner === gold ? 1 : 0)),
  };
}

const isDecided = (row: Row | null): row is Row => row !== null && row.winner !== null;

/** The deciles with 200 rows or more. */
const decilesOf = (rows: readonly Row[]): Calibration[] =>
  Array.from({ length: 10 }, (_, decile) =>
    rows.filter(({ confidence }) => Math.min(9, Math.floor((confidence ?? Number.NaN) * 10)) === decile),
  )
    .filter(({ length }) => length >= 200)
    .map(calibrationOf);

const gap = ({ meanConfidence, right }: Calibration): number => Math.abs(meanConfidence - right);
const summaryOf = (calibration: Calibration): string => `${seedNote}: ${JSON.stringify(calibration)}`;

/** The gold label becomes that of unlimited votes, by the share with which the simulator draws its votes. */
const withUnlimitedVotes = (item: Item): Item => {
  const [first = '', second = ''] = item.responses;
  return { ...item, gold: voteShareOf(questionOf(item), first, second, 'uniform') > 0.5 ? 0 : 1 };
};

describe(`confidence of votes is how often unlimited votes give the same winner (${seedNote})`, () => {
  const itemCount = 3000;
  const ways: Partial<VotesDefinition>[] = [
    { max: 1 },
    { max: 3 },
    { max: 7 },
    { max: 16, stop: 'certain' },
    { max: 16, stop: { confidence: 0.95 } },
  ];
  let decided: Row[][];

  // Every share of votes is equally likely, as the prior of the confidence assumes. The simulator has the same share in both orders,
  // where the prior has two, so one order is asked; stopping.test.ts of judge has both.
  beforeAll(async () => {
    decided = [];
    for (const votes of ways) {
      const items = itemsOf(itemCount, `calibration of ${JSON.stringify(votes)}`).map(withUnlimitedVotes);
      const { rows } = await judged({
        items,
        simulator: { accuracy: 'uniform' },
        votes: { ...votes, orders: 'fixed' },
      });
      decided.push(rows.filter(isDecided));
    }
  }, timeout);

  it('in every decile', () => {
    const deciles = decilesOf(decided.flat());
    expect(deciles.length, seedNote).toBe(4);
    for (const decile of deciles) expect(gap(decile), summaryOf(decile)).toBeLessThanOrEqual(0.03);
  });

  it('for each number of votes and each stop rule by itself', () => {
    decided.map(calibrationOf).forEach((calibration, index) => {
      expect(gap(calibration), `${summaryOf(calibration)} of ${JSON.stringify(ways[index])}`).toBeLessThanOrEqual(0.03);
    });
  });
});

describe(`confidence of scores is how often the winner is right (${seedNote})`, () => {
  it("in every decile, for a reward model in Bradley and Terry's sense", { timeout }, async () => {
    const items = itemsOf(5000, 'scores');
    const goldPairs = items.map((item) => ({
      question: questionOf(item),
      better: item.responses[item.gold ?? 0] ?? '',
      worse: item.responses[1 - (item.gold ?? 0)] ?? '',
      explanation: null,
    }));
    // With margin = noise^2 a difference of scores is the logarithm of the odds (reward.ts of the simulator).
    const simulator = { runner: 'pooling', rewardMargin: 1, rewardNoise: 1, goldPairs } as const;
    const { rows } = await judged({ items, simulator, profile: await readProfile('classify', '.') });
    const deciles = decilesOf(rows.filter(isDecided));
    expect(deciles.length, seedNote).toBe(5);
    for (const decile of deciles) expect(gap(decile), summaryOf(decile)).toBeLessThanOrEqual(0.05);
  });
});
