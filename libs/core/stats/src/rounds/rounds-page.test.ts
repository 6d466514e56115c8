import type { Evaluated, RoundFile } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { pictureNames, roundsPage } from './rounds-page.ts';
import { roundsPicture } from './rounds-picture.ts';

const sha256 = '0'.repeat(64);
const weights = { name: 'base', round: null, sha256: null };

const evaluated = (value: number, tokens: number | null = 900): Evaluated =>
  ({
    ...{
      name: 'held-out',
      scored: 'pairs',
      metric: 'right of all',
      value,
      interval: { low: value - 0.05, high: value + 0.05 },
    },
    ...{
      comparisons: 240,
      prompts: 240,
      withoutLabel: 3,
      output: sha256,
      manifest: sha256,
      tokens: { prompt: 7000, completion: tokens },
    },
  }) as Evaluated;

const labels = {
  ...{ manifest: sha256, output: sha256, judge: null, prover: null },
  ...{
    records: 1400,
    failed: 2,
    labelled: 1398,
    kept: 1100,
    proved: 1090,
    notKeptByReason: { 'orders-disagree': 298 },
  },
  tokens: [{ stage: 'label', prompt: 123456, completion: 7890 }],
};

const round = (number: number, more: object): RoundFile =>
  ({
    ...{
      v: 1,
      loop: 'laptop',
      round: number,
      step: number === 0 ? 'start' : 'round',
      parent: null,
      reference: weights,
    },
    ...{ judge: weights, prover: null, batch: null, labels: null, heldOut: null, trainingSet: null, training: null },
    ...{ proverTraining: null, referenceEvaluations: [], evaluations: [], gate: null },
    ...more,
  }) as RoundFile;

const share = (rows: number, wrong: number) => ({ rows, wrong, interval: null });
const loop = {
  rounds: [
    round(0, { training: sha256, referenceEvaluations: [evaluated(0.5)], evaluations: [evaluated(0.75)] }),
    round(1, {
      evaluations: [evaluated(0.7, null)],
      labels,
      heldOut: { all: share(140, 30), kept: share(100, 8), tokens: { prompt: 4321, completion: 99 } },
      trainingSet: { sha256, rows: 1570, rounds: [0, 1] },
    }),
  ],
  minutes: new Map([[1, new Map([['train', 4.25]])]]),
};

test('the page says how good each judge is, and what it gained or lost against the one before', () => {
  const lines = roundsPage(loop).split('\n');
  const held = '<code>held-out</code>';
  expect(lines).toContain(`| reference | ${held} | 50.0 % | 45.0 to 55.0 % |  | 240 | 3 |`);
  expect(lines).toContain(`| round 0 | ${held} | 75.0 % | 70.0 to 80.0 % | +25.0 points | 240 | 3 |`);
  expect(lines).toContain(`| round 1 | ${held} | 70.0 % | 65.0 to 75.0 % | -5.0 points | 240 | 3 |`);
  expect(lines).toContain(
    `${held}: Round 0, on gold labels: +25.0 points. All that came after it, on unlabelled pairs: -5.0 points.`,
  );
});

test('the page says what became of the rows, and which tokens and minutes it took', () => {
  const lines = roundsPage(loop).split('\n');
  expect(lines).toContain(
    '| round 1 | 1,400 | 2 | 1,398 | 298 orders-disagree | 1,100 | 1,090 | 30 of 140 | 8 of 100 | 1,570 |',
  );
  expect(lines).toContain('| round 1 | <code>label</code> | 123,456 | 7,890 |');
  expect(lines).toContain('| round 1 | evaluate <code>held-out</code> | 7,000 | not counted |');
  expect(lines.filter((line) => line.includes('| evaluate the reference, <code>held-out</code> |'))).toHaveLength(1);
  expect(lines).toContain('| round 1 | label held out | 4,321 | 99 |');
  expect(lines).toContain('| round 1 | <code>train</code> | 4.3 |');
  expect(lines).toContain(
    'Together 4.3, on the machine of this loop. Of a step that was interrupted, the time of its last attempt counts.',
  );
});

test('sections of which nothing is known are left out', () => {
  const page = roundsPage({ rounds: [round(0, { evaluations: [evaluated(0.6)] })], minutes: new Map() });
  expect(page).not.toContain('reference');
  expect(page).not.toContain('## Rows');
  expect(page).not.toContain('## Minutes');
});

test('each evaluation has a picture, which shows the judges from the first to the last', () => {
  expect([...pictureNames(loop)]).toEqual([['ROUNDS-held-out.svg', 'held-out']]);
  const picture = roundsPicture(loop, 'held-out');
  const places = ['reference', 'round 0', 'round 1'].map((name) => picture.indexOf(`>${name}<`));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
  expect(() => roundsPicture(loop, 'another')).toThrow(RangeError);
});

test('an evaluation that a loop file names in markup is shown as text', () => {
  const hostile = { ...evaluated(0.5), name: '<b>|' };
  expect(roundsPage({ ...loop, rounds: [round(0, { evaluations: [hostile] })] })).toContain(
    '<code>&#60;b&#62;&#124;</code>',
  );
});
