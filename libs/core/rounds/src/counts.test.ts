import { trainingLoopSchema } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { countsOf } from './counts.ts';

const { spec } = trainingLoopSchema.parse({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'TrainingLoop', metadata: { name: 'loop' } },
  spec: {
    rounds: 1,
    judge: { weights: 'base', stage: { judge: 'gram-r2' }, engine: { baseUrl: 'simulator:' } },
    batch: { corpus: { uris: ['batch'] }, items: 100, gold: { corpus: { uris: ['gold'] } } },
    evaluations: [{ name: 'held', corpus: { uris: ['held'] } }],
    train: { command: ['train', '{out}'] },
    output: { uri: 'out' },
  },
});
const answers = { votes: 4, candidates: 0, evaluations: { held: 1 } };
const sizes = { rationales: null, start: null, batch: null, evaluations: {} };

it('held-out gold of its own is judged in each round, and trains nobody', () => {
  const [start, round] = countsOf(spec, { ...sizes, gold: { items: 20, by: 'reading' } }, answers);
  expect(start).toMatchObject({ pairs: 0, judgeAnswers: 0 });
  expect(round).toMatchObject({ pairs: 100, judgeAnswers: 480, trainingRows: 100 });
});

it('answers are not known where the size of the held-out gold is not', () => {
  const [, round] = countsOf(spec, { ...sizes, gold: null }, answers);
  expect(round).toMatchObject({ pairs: 100, judgeAnswers: null, trainingRows: 100 });
});
