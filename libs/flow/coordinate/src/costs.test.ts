import { jobSchema } from '@proofmill/contract';
import { emptyTotals } from '@proofmill/stats';
import { expect, test } from 'vitest';
import { brokenBudget, costsOf } from './costs.ts';

const price = { prompt: 2, completion: 10 };
const jobOf = (limits: object, prove: object = { price }) =>
  jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'job' } },
    spec: {
      corpus: { uris: ['a.jsonl'] },
      pipeline: [
        { stage: 'label', judge: 'gram-r2', engine: { model: 'm', price } },
        { stage: 'prove', judge: 'gram-r2-prover', engine: { model: 'm', ...prove } },
      ],
      output: { uri: 'out' },
      limits,
    },
  });
const spent = (prompt: number, completion: number) => ({ ...emptyTotals(), tokens: { prompt, completion } });

test('a job is within its budget until its stages together have cost as much', () => {
  const job = jobOf({ maxCost: 3 });
  const label = spent(500_000, 100_000);
  expect(brokenBudget(job, [label])).toBeNull();
  expect(brokenBudget(job, [label, spent(0, 90_000)])).toBeNull();
  expect(brokenBudget(job, [label, spent(0, 100_000)])).toBe('tokens for 3.00 are spent, limits.maxCost is 3');
  expect(brokenBudget(jobOf({}), [spent(1e9, 1e9)])).toBeNull();
});

test('the cost of a stage is known where its price is', () => {
  const runs = [{ totals: spent(500_000, 0) }, { totals: spent(1, 0) }];
  expect(costsOf(jobOf({}, {}), runs)).toEqual([1, null]);
  expect(costsOf(jobOf({}), runs.slice(0, 1))).toEqual([1]);
});

test('a budget without all prices is refused', () => {
  expect(() => jobOf({ maxCost: 3 }, {})).toThrow('has no price, by which limits.maxCost is counted');
});
