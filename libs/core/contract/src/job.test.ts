import { describe, expect, it } from 'vitest';
import { jobSchema, stageSpecsOf } from './index.ts';

const label = { stage: 'label', judge: 'gram-r2', engine: { model: 'm' } };
const prove = { stage: 'prove', judge: 'gram-r2-prover', engine: { model: 'p' } };
const jobOf = (spec: object = {}, more: object = {}): unknown => ({
  apiVersion: 'proofmill.dev/v1alpha1',
  kind: 'ScoringJob',
  metadata: { name: 'job-1' },
  spec: { corpus: { uris: ['a.jsonl'] }, pipeline: [label], output: { uri: 'out' }, limits: {}, ...spec },
  ...more,
});

describe('a job', () => {
  it('that says the least gets every default', () => {
    const { limits: _limits, ...spec } = (jobOf() as { spec: Record<string, unknown> }).spec;
    expect(jobSchema.parse({ ...(jobOf() as object), spec })).toEqual({
      apiVersion: 'proofmill.dev/v1alpha1',
      kind: 'ScoringJob',
      metadata: { name: 'job-1' },
      spec: {
        corpus: { uris: ['a.jsonl'], format: 'auto', fields: {} },
        pipeline: [
          {
            ...label,
            name: 'label',
            prompts: {},
            sampling: { seed: 0 },
            votes: { stop: 'none', reasks: 2, logprobs: false },
            ranking: 'knockout',
            keep: {
              minConfidence: 0,
              orderAgreement: false,
              minRationaleCharacters: 0,
              rationaleForLabel: false,
              rationaleStructure: false,
            },
            fleet: {
              workers: 1,
              slots: 32,
              takeOver: true,
              collectors: 1,
              gpusPerWorker: 1,
              engineArgs: [],
              env: {},
              resources: { sharedMemory: '8Gi' },
              nodeSelector: {},
              tolerations: [],
              quietSeconds: 120,
              graceSeconds: 180,
            },
          },
        ],
        output: { uri: 'out', format: 'parquet', partitions: 4 },
        limits: { maxFailedShare: 1 },
        workers: 0,
        suspend: false,
      },
    });
  });

  it('gets the defaults of a part that says something', () => {
    const job = jobSchema.parse(
      jobOf({
        pipeline: [
          { ...label, votes: { max: 16 }, sampling: { temperature: 0.6 }, fleet: { slots: 8 } },
          { ...prove, name: 'justify' },
        ],
        limits: { maxTokens: 5e9 },
      }),
    );
    expect(job.spec.pipeline).toMatchObject([
      {
        votes: { max: 16, stop: 'none', reasks: 2 },
        sampling: { temperature: 0.6, seed: 0 },
        fleet: { workers: 1, slots: 8 },
      },
      { name: 'justify', candidates: 1, attempts: 3, select: 'likelihood-ratio', selector: 'proof-judge' },
    ]);
    expect(job.spec.limits).toEqual({ maxFailedShare: 1, maxTokens: 5e9 });
  });

  it('may say which fields hold what, and that labels are to be ignored', () => {
    const fields = { prompt: 'q.text', responses: ['a', 'b'], label: null, id: 'key' };
    expect(jobSchema.parse(jobOf({ corpus: { uris: ['a'], fields, limit: 10 } })).spec.corpus).toMatchObject({
      fields,
      limit: 10,
    });
    expect(jobSchema.parse(jobOf({ corpus: { uris: ['a'], fields: { responses: 'answers' } } }))).toBeTruthy();
  });

  it('may have one width for all of its stages, that of planted pairs among them', () => {
    const stages = [{ ...label, fleet: { workers: 8, slots: 3 } }, prove];
    const widths = (spec: object) =>
      stageSpecsOf(jobSchema.parse(jobOf({ pipeline: stages, ...spec }))).map(({ name, fleet }) => [
        name,
        fleet.workers,
        fleet.slots,
      ]);
    const own = [
      ['label', 8, 3],
      ['prove', 1, 32],
    ];
    expect(widths({})).toEqual(own);
    expect(widths({ workers: 0 })).toEqual(own);
    expect(widths({ workers: 4, health: { planted: true } })).toEqual([
      ['label', 4, 3],
      ['prove', 4, 32],
      ['planted', 4, 3],
    ]);
  });

  it('may only prove, for labels that the corpus has', () => {
    expect(jobSchema.parse(jobOf({ pipeline: [prove] })).spec.pipeline).toMatchObject([{ stage: 'prove' }]);
  });

  it('may begin a stage with a cheap judge', () => {
    const first = { judge: 'classify', engine: { model: 'small' }, escalate: { below: 0.95 } };
    expect(jobSchema.parse(jobOf({ pipeline: [{ ...label, first }] })).spec.pipeline).toMatchObject([
      { first: { ...first, votes: { stop: 'none' }, escalate: { below: 0.95, ordersDisagree: true } } },
    ]);
  });

  const refused: Record<string, [job: unknown, place: string]> = {
    'another version of the API': [jobOf({}, { apiVersion: 'proofmill.dev/v2' }), 'apiVersion'],
    'another kind': [jobOf({}, { kind: 'Job' }), 'kind'],
    'no name': [jobOf({}, { metadata: {} }), 'metadata.name'],
    'a name that is no name of a resource': [jobOf({}, { metadata: { name: 'My_Job' } }), 'metadata.name'],
    'a name with a dot, which would part a subject': [jobOf({}, { metadata: { name: 'a.b' } }), 'metadata.name'],
    'a name that ends with a dash': [jobOf({}, { metadata: { name: 'a-' } }), 'metadata.name'],
    'a name of 64 characters': [jobOf({}, { metadata: { name: 'a'.repeat(64) } }), 'metadata.name'],
    'a misspelt field': [jobOf({ ouput: {} }), 'spec'],
    'a misspelt field of a stage': [jobOf({ pipeline: [{ ...label, vote: {} }] }), 'spec.pipeline.0'],
    'no input': [jobOf({ corpus: { uris: [] } }), 'spec.corpus.uris'],
    'an empty input': [jobOf({ corpus: { uris: [''] } }), 'spec.corpus.uris.0'],
    'a limit of no records': [jobOf({ corpus: { uris: ['a'], limit: 0 } }), 'spec.corpus.limit'],
    'a format that is not read': [jobOf({ corpus: { uris: ['a'], format: 'xml' } }), 'spec.corpus.format'],
    'two ways to say which response is better': [
      jobOf({ corpus: { uris: ['a'], fields: { label: 'l', sign: 's' } } }),
      'spec.corpus.fields',
    ],
    'a value of a label that means nothing': [
      jobOf({ corpus: { uris: ['a'], fields: { label: { field: 'l', values: { x: 'draw' } } } } }),
      'spec.corpus.fields.label',
    ],
    'one response': [jobOf({ corpus: { uris: ['a'], fields: { responses: ['a'] } } }), 'spec.corpus.fields.responses'],
    'no stage': [jobOf({ pipeline: [] }), 'spec.pipeline'],
    'a stage of no kind': [jobOf({ pipeline: [{ ...label, stage: 'rank' }] }), 'spec.pipeline.0.stage'],
    'two stages that prove': [jobOf({ pipeline: [label, prove, { ...prove, name: 'again' }] }), 'spec.pipeline'],
    'a confidence that says nothing': [
      jobOf({ pipeline: [{ ...label, votes: { stop: { confidence: 0.5 } } }] }),
      'spec.pipeline.0.votes.stop.confidence',
    ],
    'an unknown ranking': [jobOf({ pipeline: [{ ...label, ranking: 'elo' }] }), 'spec.pipeline.0.ranking'],
    'a first judge without a profile': [jobOf({ pipeline: [{ ...label, first: {} }] }), 'spec.pipeline.0.first.judge'],
    'a second stage that labels': [jobOf({ pipeline: [label, { ...label, name: 'again' }] }), 'spec.pipeline'],
    'two stages of one name': [jobOf({ pipeline: [label, { ...prove, name: 'label' }] }), 'spec.pipeline'],
    'a stage named like a path': [jobOf({ pipeline: [{ ...label, name: '../x' }] }), 'spec.pipeline.0.name'],
    'a stage name of 33 characters': [
      jobOf({ pipeline: [{ ...label, name: 'a'.repeat(33) }] }),
      'spec.pipeline.0.name',
    ],
    'no model': [jobOf({ pipeline: [{ ...label, engine: {} }] }), 'spec.pipeline.0.engine.model'],
    'no votes': [jobOf({ pipeline: [{ ...label, votes: { max: 0 } }] }), 'spec.pipeline.0.votes.max'],
    'more votes than seeds are kept for': [
      jobOf({ pipeline: [{ ...label, votes: { max: 257 } }] }),
      'spec.pipeline.0.votes.max',
    ],
    'a temperature below 0': [
      jobOf({ pipeline: [{ ...label, sampling: { temperature: -1 } }] }),
      'spec.pipeline.0.sampling.temperature',
    ],
    'a top-p of 0': [jobOf({ pipeline: [{ ...label, sampling: { topP: 0 } }] }), 'spec.pipeline.0.sampling.topP'],
    'a seed that is no int32': [
      jobOf({ pipeline: [{ ...label, sampling: { seed: 2 ** 31 } }] }),
      'spec.pipeline.0.sampling.seed',
    ],
    'no attempts': [jobOf({ pipeline: [label, { ...prove, attempts: 0 }] }), 'spec.pipeline.1.attempts'],
    'half a slot': [jobOf({ pipeline: [{ ...label, fleet: { slots: 0.5 } }] }), 'spec.pipeline.0.fleet.slots'],
    'no output': [jobOf({ output: {} }), 'spec.output.uri'],
    'six digits of shards': [jobOf({ output: { uri: 'o', shards: 100_000 } }), 'spec.output.shards'],
    'no partitions': [jobOf({ output: { uri: 'o', partitions: 0 } }), 'spec.output.partitions'],
    'a share above 1': [jobOf({ limits: { maxFailedShare: 2 } }), 'spec.limits.maxFailedShare'],
    'a budget of no tokens': [jobOf({ limits: { maxTokens: 0 } }), 'spec.limits.maxTokens'],
    'a budget that is no number': [jobOf({ limits: { maxTokens: Number.NaN } }), 'spec.limits.maxTokens'],
  };
  for (const [name, [job, place]] of Object.entries(refused)) {
    it(`is refused for ${name}, and the place is named`, () => {
      const parsed = jobSchema.safeParse(job);
      const places = new Set(parsed.error?.issues.map((issue) => issue.path.join('.')));
      expect([...places]).toEqual([place]);
    });
  }
});

describe('a job for a benchmark', () => {
  const corpus = { benchmark: 'rm-bench', path: 'all.json' };

  it('names its file by path or by uris', () => {
    for (const named of [corpus, { benchmark: 'rm-bench', uris: ['all.json'] }])
      expect(jobSchema.parse(jobOf({ corpus: named })).spec.corpus).toEqual({
        benchmark: 'rm-bench',
        uris: ['all.json'],
        format: 'auto',
        fields: {},
      });
  });

  it.each([
    [{ corpus: { ...corpus, uris: ['b.json'] } }, 'says the same as uris'],
    [{ corpus: { path: 'all.json' } }, 'is for a benchmark'],
    [{ corpus: { benchmark: 'rm-bench' } }, 'name the input files'],
    [{ corpus: { ...corpus, fields: { prompt: 'q' } } }, 'what the columns of a benchmark mean is known'],
    [{ corpus, pipeline: [{ ...label, votes: { orders: 'fixed' } }] }, 'cannot be fixed with rm-bench'],
  ])('is refused as %j', (spec, message) => {
    const parsed = jobSchema.safeParse(jobOf(spec));
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });

  it('may keep the order of the record where labels are on both sides', () => {
    const spec = {
      corpus: { benchmark: 'judgebench', path: 'a.jsonl' },
      pipeline: [{ ...label, votes: { orders: 'fixed' } }],
    };
    expect(jobSchema.safeParse(jobOf(spec)).success).toBe(true);
  });
});

it.each(['http://a:8000,http://b:8000', 'http://a:8000, https://b', 'http://a:8000 http://b:8000'])(
  'an engine has one address: %s is refused with what helps',
  (baseUrl) => {
    const { error } = jobSchema.safeParse(jobOf({ pipeline: [{ ...label, engine: { model: 'm', baseUrl } }] }));
    expect(error?.issues).toMatchObject([{ path: ['spec', 'pipeline', 0, 'engine', 'baseUrl'] }]);
    expect(error?.issues[0]?.message).toBe('must be one address: several are a list, in baseUrls');
  },
);

const engineOn = (engine: object, more: object = {}) =>
  jobSchema.safeParse(jobOf({ pipeline: [{ ...label, engine: { model: 'm', ...engine }, ...more }] }));

it.each<[string, object, string]>([
  ['twice the same', { baseUrls: ['http://a', 'http://a'] }, 'is in the list already'],
  ['the simulator', { baseUrls: ['http://a', 'simulator:'] }, 'must be the address of a server'],
  ['no scheme', { baseUrls: ['http://a', 'b:8000'] }, 'must be the address of a server'],
  ['two in one entry', { baseUrls: ['http://a, http://b', 'http://c'] }, 'must be one address: each is an entry'],
  ['one address beside the list', { baseUrl: 'http://a', baseUrls: ['http://b', 'http://c'] }, 'put all addresses'],
])('addresses of several servers are refused: %s', (_, engine, sentence) => {
  const { error } = engineOn(engine, { fleet: { workers: 2 } });
  expect(error?.issues[0]?.message).toContain(sentence);
});

it('servers that no worker would ask are refused, those of a first judge too', () => {
  const baseUrls = ['http://a', 'http://b', 'http://c'];
  const engine = { model: 'm', baseUrls };
  const place = ['spec', 'pipeline', 0, 'fleet', 'workers'];
  const fleet = { workers: 2 };
  const sentence = (field: string) =>
    `is 2, and ${field} names 3 servers: each worker asks one, so some would never be asked; set it to 3 or more`;
  expect(engineOn(engine, { fleet }).error?.issues).toMatchObject([
    { path: place, message: sentence('engine.baseUrls') },
  ]);
  const first = { judge: 'gram-r2', engine, escalate: { below: 0.9 } };
  expect(engineOn({ baseUrl: 'http://one' }, { fleet, first }).error?.issues).toMatchObject([
    { path: place, message: sentence('first.engine.baseUrls') },
  ]);
  expect(engineOn(engine, { fleet: { workers: 4 } }).success).toBe(true);
});

it.each(['http://a:8000', 'https://gateway/v1?route=a,b', 'unix:///run/a,b.sock', 'simulator:'])(
  'an engine has one address: %s is one',
  (baseUrl) => {
    const job = jobOf({ pipeline: [{ ...label, engine: { model: 'm', baseUrl } }] });
    expect(jobSchema.safeParse(job).success).toBe(true);
  },
);
