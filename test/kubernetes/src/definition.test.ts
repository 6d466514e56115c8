/** The definition of ScoringJob, as a real API server understands it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, jobSchema } from '@proofmill/contract';
import { identityOf } from '@proofmill/plan';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyDefinition, type Namespace, noCluster, temporaryNamespace, theCluster } from './kit/index.ts';

const root = join(import.meta.dirname, '../../..');

// biome-ignore lint/suspicious/noExplicitAny: each test changes other fields.
type JobObject = any;

const label = (more: object = {}): JobObject => ({
  stage: 'label',
  judge: 'gram-r2',
  engine: { model: 'm', baseUrl: 'simulator:' },
  ...more,
});
const prove = (more: object = {}): JobObject => ({ ...label(more), stage: 'prove' });

/** A job with these stages, or the usual one, with changes. */
function jobOf(stages: JobObject[] = [label()], change: (job: JobObject) => void = () => undefined): JobObject {
  const job = {
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'one' },
    spec: { corpus: { uris: ['s3://bucket/pairs.jsonl'] }, pipeline: stages, output: { uri: 's3://bucket/out' } },
  };
  change(job);
  return job;
}

const examples = ['examples', 'k8s/examples'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(folder, file)),
);

/** The ScoringJob in a file; undefined where it has none. */
const scoringJobIn = (file: string): JobObject => {
  const documents = readFileSync(join(root, file), 'utf8').split(/^---$/m);
  return documents.map((text) => parse(text)).find((object) => object?.kind === 'ScoringJob');
};

const good: [string, JobObject][] = [
  ...examples.flatMap((file): [string, JobObject][] => (scoringJobIn(file) ? [[file, scoringJobIn(file)]] : [])),
  ['the least', jobOf()],
  ['a confidence to stop at', jobOf([label({ votes: { max: 8, stop: { confidence: 0.9 } } })])],
  ['a word to stop at', jobOf([label({ votes: { max: 8, stop: 'certain' } })])],
  [
    'all kinds of fields',
    jobOf([label()], ({ spec }) => Object.assign(spec.corpus, { fields: { responses: ['a', 'b.c'], label: null } })),
  ],
  [
    'values of a label',
    jobOf([label()], ({ spec }) =>
      Object.assign(spec.corpus, {
        fields: { prompt: ['a', 'b'], label: { field: 'l', values: { 1: 0, 2: 1, x: 'tie' } }, leaveOut: ['c'] },
        carry: ['d'],
      }),
    ),
  ],
  [
    'one field of responses',
    jobOf([label()], ({ spec }) => Object.assign(spec.corpus, { fields: { responses: 'r' } })),
  ],
  ['two stages', jobOf([label(), prove({ candidates: 4, sampling: { temperature: 1 } })])],
  ['a cheap judge first', jobOf([label({ first: { judge: 'skywork-reward', escalate: { below: 0.8 } } })])],
  [
    'engines that want keys and headers',
    jobOf([
      label({
        engine: {
          ...{ model: 'm', baseUrl: 'https://one', apiKey: { env: 'ONE', secret: 'keys' }, caFile: 'ca.pem' },
          headers: { 'X-Team': 'research', 'X-Gateway': { env: 'GATEWAY', secret: 'keys' } },
        },
        first: {
          judge: 'skywork-reward',
          engine: { model: 's', headers: { 'X-Team': 'a' } },
          escalate: { below: 0.8 },
        },
      }),
    ]),
  ],
  [
    'a fleet with everything',
    jobOf([
      label({
        fleet: {
          workers: 4,
          engineArgs: ['--max-model-len', '4096'],
          env: { HF_HOME: '/tmp' },
          model: { huggingFace: 'org/model', revision: 'main', secret: 'token' },
          resources: { cpu: '500m', memory: '8Gi' },
          nodeSelector: { 'cloud.example/spot': 'true' },
          tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
          gpuResource: 'nvidia.com/mig-3g.40gb',
          pod: {
            labels: { team: 'rewards' },
            annotations: { 'sidecar.istio.io/inject': 'false' },
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
                },
              },
            },
            topologySpread: [{ topologyKey: 'zone' }],
            volumes: [
              { name: 'lora', path: '/lora', claim: 'adapters', readOnly: false },
              { name: 'cache', path: '/cache', size: '50Gi' },
            ],
          },
        },
      }),
    ]),
  ],
];

const bad: [string, JobObject, string][] = [
  ['no corpus', jobOf([label()], ({ spec }) => delete spec.corpus), 'spec.corpus: Required value'],
  ['no files', jobOf([label()], ({ spec }) => Object.assign(spec.corpus, { uris: [] })), 'spec.corpus.uris'],
  ['no stage', jobOf([]), 'spec.pipeline'],
  ['a stage that there is not', jobOf([label({ stage: 'rate' })]), 'Unsupported value: "rate"'],
  ['a field that there is not', jobOf([label({ votse: {} })]), 'unknown field "spec.pipeline[0].votse"'],
  ['a text for a number', jobOf([label({ votes: { max: 'many' } })]), 'spec.pipeline[0].votes.max'],
  ['no votes', jobOf([label({ votes: { max: 0 } })]), 'spec.pipeline[0].votes.max'],
  ['a confidence that is none', jobOf([label({ votes: { stop: { confidence: 0.5 } } })]), 'votes.stop'],
  ['a word to stop at that is none', jobOf([label({ votes: { stop: 'soon' } })]), 'votes.stop'],
  [
    'one field of several responses',
    jobOf([label()], (job) => Object.assign(job.spec.corpus, { fields: { responses: ['a'] } })),
    'fields.responses',
  ],
  [
    'a label value that means nothing',
    jobOf([label()], (job) =>
      Object.assign(job.spec.corpus, { fields: { label: { field: 'l', values: { x: 'draw' } } } }),
    ),
    'fields.label.values',
  ],
  ['two stages of a name', jobOf([label({ name: 'x' }), prove({ name: 'x' })]), 'stage names must differ'],
  ['labelling last', jobOf([prove(), label()]), 'only the first stage can label'],
  ['two proofs', jobOf([prove({ name: 'a' }), prove({ name: 'b' })]), 'there can be one prove stage'],
  ['votes of a proof', jobOf([prove({ votes: { max: 3 } })]), 'stage: prove has none of the fields'],
  [
    'two places of weights',
    jobOf([label({ fleet: { model: { claim: 'a', image: 'b' } } })]),
    'must have one of these alone',
  ],
  [
    'a quantity with a suffix that is none',
    jobOf([label({ fleet: { resources: { cpu: '12Qx' } } })]),
    'resources.cpu in body should match',
  ],
  [
    'a field of pods that is not for jobs',
    jobOf([label({ fleet: { pod: { securityContext: { runAsUser: 0 } } } })]),
    'unknown field "spec.pipeline[0].fleet.pod.securityContext"',
  ],
  [
    'a volume of two kinds',
    jobOf([label({ fleet: { pod: { volumes: [{ name: 'v', path: '/v', claim: 'a', secret: 'b' }] } } })]),
    'must have one of these alone',
  ],
  [
    'an address of the engine',
    jobOf([label({ fleet: { engineArgs: ['--host=0.0.0.0'] } })]),
    'where the engine listens is for its worker to say',
  ],
  ['a variable with a bad name', jobOf([label({ fleet: { env: { 'a-b': '1' } } })]), 'names must match'],
  ['a quantity that is none', jobOf([label({ fleet: { resources: { memory: 'much' } } })]), 'resources.memory'],
  [
    'a name with a dot',
    jobOf([label()], ({ metadata }) => Object.assign(metadata, { name: 'a.b' })),
    'metadata.name must be lower-case letters',
  ],
];

describe.skipIf(noCluster !== '')(`the definition of ScoringJob${noCluster && `: ${noCluster}`}`, () => {
  let namespace: Namespace;
  beforeAll(async () => {
    const cluster = await theCluster();
    await applyDefinition(cluster);
    namespace = await temporaryNamespace(cluster, 'definition');
  }, 150_000);
  afterAll(() => namespace?.[Symbol.asyncDispose]());

  const stored = async (job: JobObject): Promise<JobObject> =>
    JSON.parse(
      await namespace.kubectl(['create', '--dry-run=server', '--validate=strict', '-o', 'json', '-f', '-'], job),
    );
  const refusal = (job: JobObject, command = 'create'): Promise<string> =>
    namespace.kubectl([command, '--dry-run=server', '--validate=strict', '-f', '-'], job).then(
      () => 'accepted',
      (error: Error) => error.message,
    );

  test.each(good)('takes a good job, and its labels stay the same: %s', async (_name, job) => {
    const { metadata, spec } = await stored(job);
    const again = jobSchema.parse({ ...job, metadata: { name: metadata.name }, spec });
    expect(digestOf(identityOf(again))).toBe(digestOf(identityOf(jobSchema.parse(job))));
    expect(again.spec).toEqual(jobSchema.parse(job).spec);
  });

  test.each(bad)('refuses a bad job, and says why: %s', async (_name, job, sentence) => {
    expect(await refusal(job)).toContain(sentence);
    expect(jobSchema.safeParse(job).success, 'the job file knows better').toBe(
      job.spec.pipeline[0]?.fleet?.engineArgs !== undefined,
    );
  });

  test('lets a job change where no label depends on it, and refuses the rest', { timeout: 60_000 }, async () => {
    const job = (more: object = {}, change?: (job: JobObject) => void) =>
      jobOf([label({ votes: { max: 4 }, ...more }), prove()], change);
    await namespace.kubectl(['create', '-f', '-'], job());
    const changes: [JobObject, string][] = [
      [job({ fleet: { workers: 9 } }), 'accepted'],
      [job({ engine: { model: 'm', baseUrl: 'http://elsewhere:8000' } }), 'accepted'],
      [job({ engine: { model: 'm', apiKey: { env: 'KEY', secret: 'keys' }, headers: { 'X-Team': 'a' } } }), 'accepted'],
      [job({}, ({ spec }) => Object.assign(spec, { limits: { maxTokens: 1000 }, suspend: true })), 'accepted'],
      [job({ votes: { max: 4, reasks: 2 } }), 'accepted'],
      [job({ votes: { max: 5 } }), 'votes.max of a stage cannot change'],
      [job({ engine: { model: 'other' } }), 'engine.model of a stage cannot change'],
      [job({ sampling: { temperature: 0.5 } }), 'sampling.temperature of a stage cannot change'],
      [job({}, ({ spec }) => spec.pipeline.pop()), 'the stages and their names cannot change'],
      [job({}, ({ spec }) => Object.assign(spec, { health: { planted: true } })), 'health.planted cannot change'],
      [job({}, ({ spec }) => Object.assign(spec.output, { uri: 's3://bucket/other' })), 'output cannot change'],
      [job({}, ({ spec }) => spec.corpus.uris.push('s3://bucket/more.jsonl')), 'corpus cannot change'],
    ];
    for (const [changed, sentence] of changes) expect(await refusal(changed, 'replace')).toContain(sentence);
  });

  test('can be scaled, also where no width was given, and not back to what is no number of workers', async () => {
    const named = (name: string) => jobOf([label()], ({ metadata }) => Object.assign(metadata, { name }));
    await namespace.kubectl(['create', '-f', '-'], named('wide'));
    const scale = (replicas: number) => namespace.kubectl(['scale', 'scoringjob', 'wide', `--replicas=${replicas}`]);
    const read = async (): Promise<JobObject> => {
      const path = `/apis/proofmill.dev/v1alpha1/namespaces/${namespace.name}/scoringjobs/wide/scale`;
      return JSON.parse(await namespace.kubectl(['get', '--raw', path]));
    };
    expect(await read()).toMatchObject({ kind: 'Scale', spec: {}, status: { replicas: 0 } });
    await scale(3);
    expect(await read()).toMatchObject({ spec: { replicas: 3 } });
    await expect(scale(0)).rejects.toThrow(/workers cannot go back to 0.*set spec.suspend to true/);
    const status = JSON.stringify({ status: { replicas: 2, selector: 'a=b' } });
    await namespace.kubectl(['patch', 'scoringjob', 'wide', '--subresource=status', '--type=merge', '-p', status]);
    expect(await read()).toMatchObject({ status: { replicas: 2, selector: 'a=b' } });
  });

  test('has the columns', async () => {
    await namespace.kubectl(
      ['create', '-f', '-'],
      jobOf([label()], ({ metadata }) => Object.assign(metadata, { name: 'two' })),
    );
    const [heads] = (await namespace.kubectl(['get', 'sj'])).split('\n');
    expect(heads?.trim().split(/\s+/)).toEqual('NAME PHASE DONE TOTAL FAILED RATE ETA WORKERS AGE'.split(' '));
  });
});
