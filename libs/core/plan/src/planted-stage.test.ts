import { type Job, jobSchema, type LabelDefinition } from '@proofmill/contract';
import { judgeProfile } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { definitionOf, identityOf, stageFileOf } from './run-identity.ts';
import { plantedDefinition, plantedStageFile } from './planted-stage.ts';

const engine = { model: 'm', baseUrl: 'http://h' };
const jobWith = (health: object, votes: object = {}): Job =>
  jobSchema.parse({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'j' },
    spec: {
      corpus: { uris: ['a.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'p', engine, votes, keep: { minConfidence: 0.9 } }],
      output: { uri: 'out' },
      ...health,
    },
  });
const planted = { health: { planted: true } };

function definitionFor(job: Job, profile = judgeProfile()): LabelDefinition | null {
  const [spec] = job.spec.pipeline;
  if (!spec) throw new Error('no stage');
  return plantedDefinition(job, [definitionOf(spec, { judge: profile, first: null, selector: null })]);
}

describe('the stage of planted pairs', () => {
  it.each([
    [1, 2],
    [5, 6],
    [4, 4],
  ])('asks for as many votes in each order, where the job asks for %d', (max, even) => {
    expect(definitionFor(jobWith(planted, { max }))?.votes).toMatchObject({ max: even, orders: 'both' });
  });

  it('keeps what it was told of judges and none of the rules for rows', () => {
    expect(definitionFor(jobWith(planted))).toMatchObject({
      name: 'planted',
      planted: true,
      profile: { name: 'test-judge' },
      keep: { minConfidence: 0 },
    });
  });

  it('asks a judge that scores once', () => {
    const scorer = judgeProfile({ endpoint: 'classify', parse: { rule: 'scalar' } });
    expect(definitionFor(jobWith(planted), scorer)?.votes).toMatchObject({ max: 1, orders: 'fixed' });
  });

  it('asks a judge that rates, or that picks, as the job does, with each response in each place as often', () => {
    const at = { form: 'end' };
    const rating = judgeProfile({ parse: { rule: 'rating', at, from: 1, to: 10 } });
    expect(definitionFor(jobWith(planted, { max: 3 }), rating)?.votes).toMatchObject({ max: 3, orders: 'fixed' });
    const pick = { rule: 'pick', at, words: [...'ABCD'] };
    const picking = judgeProfile({ shows: { most: 4 }, parse: pick });
    expect(definitionFor(jobWith(planted, { max: 3 }), picking)?.votes).toMatchObject({ max: 4, orders: 'alternate' });
    const four = judgeProfile({ shows: { least: 4, most: 4 }, parse: pick });
    expect(() => definitionFor(jobWith(planted), four)).toThrow('is shown 4 responses at once or more');
  });

  it('is no part of a job that does not want it, whose identity is as it was', () => {
    for (const without of [jobWith({}), jobWith({ health: {} }), jobWith({ health: { planted: false } })]) {
      expect(definitionFor(without)).toBeNull();
      expect(identityOf(without)).toEqual(identityOf(jobWith({})));
      expect(Object.keys(identityOf(without))).not.toContain('health');
    }
    expect(identityOf(jobWith(planted))).toMatchObject({ health: { planted: true } });
  });

  it('has a run of its own', () => {
    const job = jobWith(planted);
    const definition = definitionFor(job);
    const [spec] = job.spec.pipeline;
    if (!definition || !spec) throw new Error('no stage');
    const own = stageFileOf(job, [], definitionOf(spec, { judge: judgeProfile(), first: null, selector: null }));
    const file = plantedStageFile(job, own, definition);
    expect(file.run).toMatch(/^j-planted-[0-9a-f]{8}$/);
    expect(file.rowFormat).toBe('parquet');
    expect(file).not.toHaveProperty('hasProbability');
    expect(plantedStageFile(job, { ...own, hasProbability: true }, definition).hasProbability).toBe(true);
  });
});

describe('a job with planted pairs', () => {
  const refused = (spec: object): string[] =>
    jobSchema
      .safeParse({ ...jobWith(planted), spec: { ...jobWith(planted).spec, ...spec } })
      .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

  it('has a label stage, and no stage of their name', () => {
    const prove = { stage: 'prove', judge: 'p', engine };
    expect(refused({ pipeline: [prove] })).toEqual([expect.stringMatching(/^spec.health.planted needs a label stage/)]);
    const named = { stage: 'label', name: 'planted', judge: 'p', engine };
    expect(refused({ pipeline: [named] })).toEqual([
      expect.stringMatching(/^spec.pipeline.0.name is the name of the stage/),
    ]);
  });
});
