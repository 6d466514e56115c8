import { jobSchema } from '@proofmill/contract';
import { forecastOf, type StageSpent } from '@proofmill/stats';
import { describe, expect, it } from 'vitest';
import type { ProbeReport, StageReport } from '../forecasting.ts';
import { probeText } from './probe-text.ts';

const price = { prompt: 1, completion: 2 };
const small = { model: 'small', baseUrl: 'http://127.0.0.1:2' };

const jobOf = (label: object, limits: object = { maxFailedShare: 1 }) =>
  jobSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'job' } },
    spec: {
      corpus: { uris: ['pairs.jsonl'] },
      pipeline: [
        { stage: 'label', judge: 'gram-r2', engine: { model: 'm', baseUrl: 'http://127.0.0.1:1' }, ...label },
        { stage: 'prove', judge: 'gram-r2-prover', engine: { model: 'm', baseUrl: 'http://127.0.0.1:1' } },
      ],
      output: { uri: 'out' },
      limits,
    },
  });

const spent = (tokens: number): StageSpent => ({
  ...{ requests: 1, firstRequests: 0, answers: 1, answerSeconds: 1 },
  tokens: { prompt: tokens, completion: tokens },
  firstTokens: { prompt: 0, completion: 0 },
});

/** A probe of `items` items, all labelled, of which none reaches the second stage. */
function reportOf(items: number, more: Partial<StageReport> = {}): ProbeReport {
  const { gpus = 1 } = more;
  const stage = { prices: { own: price, first: null }, rates: { own: null, first: null }, workers: 1, slots: 32, gpus };
  const nothing = { ...spent(0), requests: 0, answers: 0, answerSeconds: 0 };
  const { stages, job } = forecastOf({
    items: Array.from({ length: items }, () => ({ length: 10, stages: [spent(100), nothing] })),
    population: { items: 1000, length: 10_000 },
    stages: [
      { ...stage, inFlight: 4 },
      { ...stage, inFlight: null },
    ],
  });
  const found: Omit<StageReport, 'stage' | 'kind' | 'asked' | 'forecast'> = {
    ...{ labelled: items, tied: 0, kept: 0, notKept: { 'low-confidence': items }, failed: [], lost: 0, byFirst: null },
    ...{ replies: [], seconds: 5, inFlight: 4, slots: 32, workers: 1, gpus },
    ...more,
  };
  return {
    ...{ seed: 3, items, population: { items: 1000, length: 10_000 }, job, nothingMade: null },
    stages: [
      { ...found, stage: 'label', kind: 'label', asked: items, forecast: stages[0] ?? job },
      { ...found, stage: 'prove', kind: 'prove', asked: 0, forecast: stages[1] ?? job },
    ],
  };
}

const textOf = (report: ProbeReport, job = jobOf({}), skipped = 0): string =>
  probeText({ report, job, mostAnswers: 1000, skipped });

describe('what a probe says', () => {
  it('has what no drawn item shows as a sentence, and not as a number', () => {
    const text = textOf(reportOf(20));
    expect(text).toContain('stage prove: none of the drawn items reaches it');
    expect(text).toContain('- Stage prove: no drawn item reaches it, so nothing of it is in this.');
    const first = textOf(reportOf(20, { byFirst: 20 }), jobOf({ first: { judge: 'gram-r2', engine: small } }));
    expect(first).toMatch(/no drawn item was put to its own judge.* Up to 14 % of all items may be \(95 %\)\./);
    expect(first).toContain("the GPUs of the first judge's engine are not counted");
  });

  it('has no GPU-hours of an engine that is paid for by tokens, and its cost', () => {
    const text = textOf(reportOf(20, { gpus: null }), jobOf({ engine: { model: 'm', baseUrl: 'http://h', price } }));
    expect(text).toContain('GPU-hours are not known, since its engine has a price, so it is paid for by tokens.');
    expect(text).toMatch(/cost +0\.3000 +0\.3000 +0\.3000$/m);
  });

  it('takes neither tokens nor speed of the built-in simulator for those of a model', () => {
    const text = textOf(reportOf(20), jobOf({ engine: { model: 'm', baseUrl: 'simulator:' } }));
    expect(text).toContain('the built-in simulator has answered. Its tokens and its speed are those of no model.');
  });

  it('has no interval from one item', () => {
    const text = textOf(reportOf(1));
    expect(text).toMatch(/tokens +200,000 +one item +gives none$/m);
    expect(text).toContain('1 of 1,000 items, which gives no interval: ask about more.');
  });

  it.each([
    [1_000_000, '20 % of limits.maxTokens (1000000), 20 % to 20 %'],
    [150_000, '133 % of limits.maxTokens (150000), 133 % to 133 %: the job will stop at it'],
  ])('has the share of the limit of %d tokens', (maxTokens, line) => {
    expect(textOf(reportOf(20), jobOf({}, { maxTokens })).split('\n')).toContain(line);
  });

  it('has the share of items without a label, with its interval', () => {
    const text = textOf(reportOf(20, { labelled: 18 }), jobOf({}, { maxFailedShare: 0.05 }));
    expect(text).toContain('without a label: 10.0 % of the items, 2.8 to 30.1 %; limits.maxFailedShare allows 5 %');
  });

  it('says which records are in it', () => {
    expect(textOf(reportOf(20))).toContain('as if the output folder were empty');
    expect(textOf(reportOf(20), jobOf({}), 500)).toContain('The output holds the labels of the first 500 records');
  });
});
