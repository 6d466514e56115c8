/** The job file: one schema for the command line, the custom resource and the API. */
import { z } from 'zod';

const fieldPath = z.string().min(1).meta({ description: 'A field of the record; a.b reaches into an object.' });

export const corpusSchema = z.strictObject({
  uris: z
    .array(z.string().min(1))
    .min(1)
    .meta({ description: 'Input files: paths, file:// URIs, globs (*, **). Relative paths start at the job file.' }),
  format: z
    .enum(['auto', 'jsonl'])
    .default('auto')
    .meta({ description: 'auto recognises JSON lines; gzip is recognised by content.' }),
  fields: z
    .strictObject({
      prompt: fieldPath.optional(),
      responses: z.union([fieldPath, z.array(fieldPath).min(2)]).optional(),
      chosen: fieldPath.optional(),
      rejected: fieldPath.optional(),
      label: z.union([fieldPath, z.null()]).optional(),
      id: fieldPath.optional(),
    })
    .default({})
    .meta({ description: 'Where recognition must be helped: which fields hold what. label: null ignores labels.' }),
  limit: z.int().positive().optional().meta({ description: 'Only the first n records, in the order of the files.' }),
});

const engineSchema = z.strictObject({
  model: z.string().min(1).meta({ description: 'The name under which the engine serves the model.' }),
  revision: z.string().optional().meta({ description: 'Revision or digest of the weights, recorded in every row.' }),
  baseUrl: z.string().optional().meta({
    description:
      'Where the engine is, when it is not beside the worker: http://HOST:PORT, unix:///PATH, or simulator: for the built-in stand-in.',
  }),
});

const sampling = z
  .strictObject({
    temperature: z.number().min(0).max(2).optional(),
    topP: z.number().gt(0).max(1).optional(),
    maxTokens: z.int().positive().optional(),
    seed: z
      .int()
      .nonnegative()
      .max(2 ** 31 - 1)
      .default(0),
  })
  .default({ seed: 0 })
  .meta({ description: "Overrides the profile's sampling. Every field is sent with every request." });

const fleetSchema = z
  .strictObject({
    workers: z.int().positive().default(1).meta({ description: 'How many workers the nats executor starts.' }),
    slots: z
      .int()
      .positive()
      .max(4096)
      .default(32)
      .meta({ description: 'Answers in flight per worker; about the max_num_seqs of the engine.' }),
  })
  .default({ workers: 1, slots: 32 })
  .meta({ description: 'Where and how wide the stage runs. Changes no label, so a resumed job may change it.' });

const stageName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/)
  .meta({ description: 'Names the folder and the run of the stage. Default: its kind.' });

const labelStageSchema = z.strictObject({
  stage: z.literal('label'),
  name: stageName.default('label'),
  judge: z.string().min(1).meta({ description: 'A judge profile: a built-in name.' }),
  engine: engineSchema,
  sampling,
  votes: z
    .strictObject({
      max: z.int().positive().max(256).default(1).meta({ description: 'Valid votes wanted per item.' }),
      orders: z
        .enum(['alternate', 'fixed'])
        .default('alternate')
        .meta({ description: 'alternate: vote after vote the other way round; fixed: always as in the corpus.' }),
      reasks: z
        .int()
        .nonnegative()
        .max(256)
        .default(4)
        .meta({ description: 'How many invalid answers of an item are asked again, with other seeds.' }),
    })
    .default({ max: 1, orders: 'alternate', reasks: 4 }),
  fleet: fleetSchema,
});

const proveStageSchema = z.strictObject({
  stage: z.literal('prove'),
  name: stageName.default('prove'),
  judge: z.string().min(1).meta({ description: 'A prover profile: a built-in name.' }),
  engine: engineSchema,
  sampling,
  attempts: z
    .int()
    .positive()
    .max(64)
    .default(3)
    .meta({ description: 'How often a proof is asked for until one passes its checks; then the row is not kept.' }),
  fleet: fleetSchema,
});

export const stageSpecSchema = z.discriminatedUnion('stage', [labelStageSchema, proveStageSchema]);
/** One entry of a job's pipeline. */
export type StageSpec = z.infer<typeof stageSpecSchema>;

export const outputSchema = z.strictObject({
  uri: z.string().min(1).meta({ description: 'The output folder: a path or a file:// URI.' }),
  format: z.enum(['jsonl']).default('jsonl').meta({ description: 'Format of the rows.' }),
  shards: z
    .int()
    .positive()
    .max(99_999)
    .optional()
    .meta({ description: 'About how many output files. Default: from the size, 256 MB of records each.' }),
  partitions: z
    .int()
    .positive()
    .max(1024)
    .default(4)
    .meta({ description: 'Units of collecting: at most this many collectors work side by side.' }),
});

export const limitsSchema = z
  .strictObject({
    maxFailedShare: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .meta({ description: 'Share of records that may fail. Above it the job exits with 3.' }),
    maxTokens: z
      .number()
      .positive()
      .optional()
      .meta({ description: 'Prompt and completion tokens of the whole job. Reached: it stops, and can be resumed.' }),
  })
  .default({ maxFailedShare: 1 });

export const jobSchema = z.strictObject({
  apiVersion: z.literal('proofmill.dev/v1alpha1'),
  kind: z.literal('ScoringJob'),
  metadata: z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes, 63 at most'),
  }),
  spec: z.strictObject({
    corpus: corpusSchema,
    pipeline: z
      .array(stageSpecSchema)
      .min(1)
      .refine((stages) => new Set(stages.map((stage) => stage.name)).size === stages.length, 'stage names must differ')
      .refine((stages) => stages[0]?.stage === 'label', 'the first stage must be a label stage')
      .refine((stages) => stages.slice(1).every((stage) => stage.stage === 'prove'), 'only the first stage can label'),
    output: outputSchema,
    limits: limitsSchema,
  }),
});
/** What a user submits. */
export type Job = z.infer<typeof jobSchema>;
