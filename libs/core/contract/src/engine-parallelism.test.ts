import { expect, test } from 'vitest';
import { jobSchema, parallelArguments } from './index.ts';

const jobOf = (fleet: object, engine: object = {}) =>
  jobSchema.safeParse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'job-1' } },
    spec: {
      corpus: { uris: ['a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm', ...engine }, fleet }],
      output: { uri: 'out' },
    },
  });

/** The arguments that are added to those of the job; or why it is refused. */
function outcomeOf(fleet: object): readonly string[] | string {
  const { data, error } = jobOf(fleet);
  const [stage] = data?.spec.pipeline ?? [];
  return stage ? parallelArguments(stage.fleet) : (error?.issues[0]?.message ?? '');
}

test.each<[string, object, string[]]>([
  ['one GPU', {}, []],
  ['no GPU', { gpusPerWorker: 0 }, []],
  ['eight GPUs', { gpusPerWorker: 8 }, ['--tensor-parallel-size', '8']],
  [
    'two nodes of eight GPUs',
    { gpusPerWorker: 8, nodesPerWorker: 2 },
    ['--tensor-parallel-size', '8', '--pipeline-parallel-size', '2'],
  ],
  ['two nodes of one GPU', { nodesPerWorker: 2 }, ['--pipeline-parallel-size', '2']],
  ['other arguments', { gpusPerWorker: 2, engineArgs: ['--seed', '1'] }, ['--tensor-parallel-size', '2']],
])('an engine is put on all GPUs of its worker: %s', (_, fleet, added) => {
  expect(outcomeOf(fleet)).toEqual(added);
});

test.each<[string, object]>([
  ['tensor', { gpusPerWorker: 8, engineArgs: ['--tensor-parallel-size', '8'] }],
  ['the short form', { gpusPerWorker: 8, engineArgs: ['-tp', '8'] }],
  ['one word, with underscores', { gpusPerWorker: 8, engineArgs: ['--tensor_parallel_size=8'] }],
  ['tensor and pipeline', { gpusPerWorker: 8, engineArgs: ['-tp', '4', '--pipeline-parallel-size=2'] }],
  ['data alone', { gpusPerWorker: 8, engineArgs: ['--data-parallel-size', '8'] }],
  ['all of them', { gpusPerWorker: 16, engineArgs: ['-tp=2', '-pp=2', '-pcp=2', '-dp=2'] }],
  ['a processor, which counts in its own way', { gpusPerWorker: 0, engineArgs: ['-tp', '2'] }],
  ['tensor over two nodes', { gpusPerWorker: 8, nodesPerWorker: 2, engineArgs: ['-tp', '16'] }],
  ['a file of arguments', { gpusPerWorker: 8, engineArgs: ['--config', 'engine.yaml'] }],
])('arguments that say how it uses them stay alone: %s', (_, fleet) => {
  expect(outcomeOf(fleet)).toEqual([]);
});

test('arguments that contradict the GPUs of a worker are refused, with both numbers', () => {
  const { error } = jobOf({ gpusPerWorker: 8, engineArgs: ['-tp', '2', '-pp', '2'] });
  expect(error?.issues).toMatchObject([{ path: ['spec', 'pipeline', 0, 'fleet', 'engineArgs'] }]);
  expect(error?.issues[0]?.message).toBe(
    'asks for 4 GPUs (--tensor-parallel-size 2, --pipeline-parallel-size 2), and a worker has 8 (gpusPerWorker); make them equal, or leave those arguments out: all GPUs of a worker are then used together',
  );
  expect(outcomeOf({ engineArgs: ['-tp', '2'] })).toMatch(/^asks for 2 GPUs .*, and a worker has 1/);
  expect(outcomeOf({ gpusPerWorker: 8, nodesPerWorker: 2, engineArgs: ['-tp', '8'] })).toMatch(
    /^asks for 8 GPUs .*, and a worker has 16 \(gpusPerWorker x nodesPerWorker: 8 x 2\)/,
  );
  expect(outcomeOf({ gpusPerWorker: 8, engineArgs: ['-tp', 'all'] })).toMatch(/without a whole number after it/);
  expect(outcomeOf({ gpusPerWorker: 8, engineArgs: ['-tp'] })).toMatch(/without a whole number after it/);
});

test('an engine elsewhere has its own arguments, so nothing is refused', () => {
  for (const baseUrl of ['http://elsewhere:8000', 'simulator:']) {
    expect(jobOf({ gpusPerWorker: 0, engineArgs: ['-tp', '4'] }, { baseUrl }).success).toBe(true);
  }
});

test('an engine elsewhere takes no nodes of the workers', () => {
  const { error } = jobOf({ nodesPerWorker: 2 }, { baseUrl: 'http://elsewhere:8000' });
  expect(error?.issues).toMatchObject([{ path: ['spec', 'pipeline', 0, 'fleet', 'nodesPerWorker'] }]);
  expect(jobOf({ nodesPerWorker: 2 }, { baseUrl: 'simulator:' }).success).toBe(true);
});
