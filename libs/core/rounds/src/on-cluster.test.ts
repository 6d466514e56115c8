import { type Job, trainingLoopSchema } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { labelJob } from './jobs.ts';
import { clusterJob, faultsOnCluster, faultsOnMachine, pathInClaim } from './on-cluster.ts';
import { batchCorpus } from './batch.ts';

const kubernetes = { image: 'trainer:1' };
const loopOf = (spec: object = {}) =>
  trainingLoopSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'TrainingLoop', metadata: { name: 'mine' } },
    spec: {
      rounds: 1,
      judge: { weights: 'base', stage: { judge: 'gram-r2', fleet: { model: { huggingFace: 'a/base' } } }, engine: {} },
      prover: {
        weights: 'prover',
        stage: { judge: 'gram-r2-prover', fleet: { model: { huggingFace: 'a/prover' } } },
        engine: { serve: { command: ['serve', '{model}'] } },
      },
      batch: { corpus: { uris: ['a.jsonl'] }, items: 4 },
      train: { command: ['train', '{out}'], kubernetes },
      evaluations: [{ name: 'held', corpus: { uris: ['held.jsonl'] } }],
      output: { uri: '/output/mine' },
      ...spec,
    },
  }).spec;
const jobOf = (spec = loopOf()): Job =>
  labelJob(
    { name: 'unused', spec, served: { judge: 'mine-judge-0', prover: 'mine-prover-0' }, out: 'round-001/label-prove' },
    batchCorpus(['batch/pairs.jsonl']),
  );
const parts = {
  ...{ loop: 'mine', files: 'mine-files' },
  ...{ out: '/output/mine/round-001/label-prove', corpusFolder: '/output/mine/round-001' },
  trained: { judge: { claim: 'output', path: 'mine/round-000/train/weights' }, prover: null },
};

describe('a job of a round on a cluster', () => {
  const { metadata, spec } = clusterJob(jobOf(), parts);
  const [label, prove] = spec.pipeline;

  test('has the engines beside the workers serve what the round before has trained, and other weights as the file says', () => {
    expect(label?.fleet.model).toEqual({ claim: 'output', path: 'mine/round-000/train/weights' });
    expect(prove?.fleet.model).toEqual({ huggingFace: 'a/prover' });
    for (const stage of spec.pipeline) expect(stage.engine).not.toHaveProperty('baseUrl');
  });

  test('has them fetch from the object store what was put there, into the cache of the weights that the file names', () => {
    const stored = { s3: 's3://models/mine/round-000/train-1', sha256: 'a'.repeat(64) };
    const inStore = { ...parts, trained: { judge: stored, prover: stored } };
    const cache = { claim: 'weights' };
    const judge = {
      ...loopOf().judge,
      stage: { judge: 'gram-r2', fleet: { model: { s3: 's3://models/base', cache } } },
    };
    const [one, other] = clusterJob(jobOf(loopOf({ judge })), inStore).spec.pipeline;
    expect(one?.fleet.model).toEqual({ ...stored, cache });
    expect(other?.fleet.model).toEqual(stored);
  });

  test('is named by its folder, and reads and writes in the folder of the loop', () => {
    expect(metadata.name).toBe('mine-round-001-label-prove');
    expect(spec.output.uri).toBe('/output/mine/round-001/label-prove');
    expect(spec.corpus).toMatchObject({ folder: '/output/mine/round-001', uris: ['batch/pairs.jsonl'] });
    expect(spec.files).toBe('mine-files');
  });

  test('leaves an engine with an address to whoever serves it', () => {
    const { judge } = loopOf();
    const elsewhere = loopOf({ judge: { ...judge, engine: { baseUrl: 'http://judge:8000' } } });
    const [stage] = clusterJob(jobOf(elsewhere), parts).spec.pipeline;
    expect(stage?.engine.baseUrl).toBe('http://judge:8000');
    expect(stage?.fleet.model).toEqual({ huggingFace: 'a/base' });
  });
});

describe('a loop on a cluster is refused', () => {
  test('where a trainer has no image, or wants a variable of nobody', () => {
    expect(faultsOnCluster(loopOf())).toEqual([]);
    const command = ['train', '{out}'];
    expect(faultsOnCluster(loopOf({ train: { command } }))).toEqual([
      expect.stringMatching(/^spec\.train has no kubern/),
    ]);
    const secret = { HF_TOKEN: { env: 'HF_TOKEN', secret: 'hf' }, SEED: '1' };
    expect(faultsOnCluster(loopOf({ train: { command, kubernetes, environment: secret } }))).toEqual([]);
    const bare = { HF_TOKEN: { env: 'MY_TOKEN' } };
    expect(faultsOnCluster(loopOf({ train: { command, kubernetes, environment: bare } }))).toEqual([
      expect.stringContaining('spec.train.environment.HF_TOKEN: a pod has no variable MY_TOKEN of its own'),
    ]);
  });

  test('where nothing says how engines come by the first weights', () => {
    const judge = { weights: 'base', stage: { judge: 'gram-r2' }, engine: {} };
    expect(faultsOnCluster(loopOf({ judge }))).toEqual([expect.stringMatching(/^spec\.judge\.stage\.fleet\.model is/)]);
    expect(faultsOnCluster(loopOf({ judge: { ...judge, engine: { model: 'in-the-image' } } }))).toEqual([]);
    const start = { judge: { corpus: { uris: ['seed.jsonl'] } } };
    expect(faultsOnCluster(loopOf({ judge, start }))).toEqual([]);
    const measured = { ...start, evaluateReference: true };
    expect(faultsOnCluster(loopOf({ judge, start: measured }))).toHaveLength(1);
  });
});

test('on one machine a loop is refused whose weights nobody serves', () => {
  expect(faultsOnMachine(loopOf())).toEqual([expect.stringMatching(/^spec\.judge\.engine says neither/)]);
});

test('a folder is in the claim, or elsewhere', () => {
  const claim = { claim: 'output', path: '/output/' };
  expect(pathInClaim('/output/mine/a', claim)).toBe('mine/a');
  for (const other of ['/output', '/outputs/mine', '/home/mine']) expect(pathInClaim(other, claim)).toBeNull();
});
