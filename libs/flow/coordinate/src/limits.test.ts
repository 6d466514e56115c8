import { type Job, jobSchema, type PlanEnd } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { brokenLimit, isLimited } from './limits.ts';

const pricedJobOf = (limits: object): Job => jobOf(limits, { price: { prompt: 1, completion: 1 } });
const jobOf = (limits: object, engine: object = {}): Job =>
  jobSchema.parse({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'job' },
    spec: {
      corpus: { uris: ['a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm', ...engine } }],
      output: { uri: 'out' },
      limits,
    },
  });

const endOf = (records: number, more: object = {}): PlanEnd => ({
  v: 1,
  run: 'r',
  shards: 1,
  records,
  decided: 0,
  ...more,
});
const nothing = { tokens: 0, finished: 0, failed: 0 };

describe('a share of failed records', () => {
  const job = jobOf({ maxFailedShare: 0.1 });

  test('is broken as soon as no other outcome could mend it', () => {
    expect(brokenLimit(job, { ...nothing, finished: 15, failed: 11 }, endOf(100))).toBe(
      '11 of 100 records failed, limits.maxFailedShare is 0.1',
    );
    expect(brokenLimit(job, { ...nothing, finished: 100, failed: 10 }, endOf(100))).toBeNull();
  });

  test('is broken by what planning alone found, before anything has an outcome', () => {
    expect(brokenLimit(job, nothing, endOf(100, { failed: 11 }))).toBe(
      '11 of 100 records failed, limits.maxFailedShare is 0.1',
    );
  });

  test('is broken while the plan is being written, or long before its end, where chance cannot explain it', () => {
    const known = { ...nothing, finished: 1000, failed: 200 };
    const sentence = '200 of the first 1,000 records with an outcome failed, limits.maxFailedShare is 0.1';
    expect(brokenLimit(job, known, null)).toBe(sentence);
    expect(brokenLimit(job, known, endOf(1_000_000))).toBe(sentence);
  });

  test.each([
    ['only a little above the limit', { finished: 1000, failed: 110 }],
    ['with too few outcomes', { finished: 99, failed: 99 }],
  ])('is not broken %s', (_, known) => {
    expect(brokenLimit(job, { ...nothing, ...known }, null)).toBeNull();
    expect(brokenLimit(job, { ...nothing, ...known }, endOf(1_000_000))).toBeNull();
  });
});

test('tokens are counted with those of outcomes that are not committed yet', () => {
  const job = jobOf({ maxTokens: 1000 });
  expect(brokenLimit(job, { ...nothing, tokens: 999 }, null)).toBeNull();
  expect(brokenLimit(job, { ...nothing, tokens: 1000 }, null)).toBe('1000 tokens are spent, limits.maxTokens is 1000');
});

test('a job without limits looks into no outcome', () => {
  expect(isLimited(jobOf({}))).toBe(false);
  expect(isLimited(jobOf({ maxFailedShare: 0.99 }))).toBe(true);
  expect(isLimited(jobOf({ maxTokens: 5 }))).toBe(true);
  expect(isLimited(pricedJobOf({ maxCost: 5 }))).toBe(true);
  expect(brokenLimit(jobOf({}), { ...nothing, finished: 1e6, failed: 1e6 }, endOf(1e6))).toBeNull();
});
