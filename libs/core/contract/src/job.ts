/** The job file: one schema for the command line, the custom resource and the API. */
import { z } from 'zod';
import { fleetSchema } from './fleet.ts';
import { ordersSchema } from './profile.ts';
import { rankingSchema } from './stage.ts';

const fieldPath = z.string().min(1).meta({ description: 'A field of the record; a.b reaches into an object.' });

export const corpusSchema = z.strictObject({
  uris: z.array(z.string().min(1)).min(1).meta({
    description:
      'Input files: paths, file:// URIs, s3://BUCKET/KEY, globs of them (*, **). Relative paths start at the job file.',
  }),
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

const fleet = fleetSchema.prefault({}).meta({
  description: 'Where and how wide the stage runs. Changes no label, so a resumed job may change it.',
});

const stageName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/)
  .meta({ description: 'Names the folder and the run of the stage. Default: its kind.' });

const judgeName = z.string().min(1);

const promptFiles = z.record(z.string().min(1), z.string().min(1)).default({}).meta({
  description:
    "Where the prompts of a profile are that are somebody else's: the profile's name for a file -> path (relative to the job file) or URL. A text with another digest than the profile's is refused.",
});

const votesFields = {
  max: z.int().positive().max(256).optional().meta({
    description:
      "Valid votes wanted per item (per comparison, with more than two responses). Default: the profile's, else 1.",
  }),
  orders: ordersSchema.optional().meta({
    description:
      "alternate: vote after vote the other way round; both: the same number in each order, asked in pairs; fixed: always as in the corpus. Default: the profile's, else alternate.",
  }),
  stop: z
    .union([z.enum(['none', 'certain']), z.strictObject({ confidence: z.number().gt(0.5).lt(1) })])
    .default('none')
    .meta({
      description:
        'none: all votes; certain: until the remaining votes cannot change the winner; {confidence: p}: until the winner has the confidence p, or is certain.',
    }),
  reasks: z
    .int()
    .nonnegative()
    .max(256)
    .default(2)
    .meta({ description: 'How many invalid answers of an order are asked again, with other seeds.' }),
  logprobs: z.boolean().default(false).meta({
    description:
      "Store the probability of the verdict's token with each vote. The engine then sends log-probabilities of all tokens.",
  }),
};
const defaultVotes = { stop: 'none' as const, reasks: 2, logprobs: false };

const keepSchema = z
  .strictObject({
    minConfidence: z.number().min(0).max(1).default(0).meta({ description: 'Below it: not kept, low-confidence.' }),
    orderAgreement: z
      .boolean()
      .default(false)
      .meta({ description: 'Not kept (orders-disagree) where the votes of the two orders name different winners.' }),
    maxRationaleCharacters: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'A longer rationale: not kept, rationale-too-long.' }),
    minRationaleCharacters: z
      .int()
      .nonnegative()
      .default(0)
      .meta({ description: 'A shorter rationale: not kept, rationale-too-short.' }),
    rationaleForLabel: z.boolean().default(false).meta({
      description: 'Not kept (rationale-without-winner) where the rationale does not speak of the winner.',
    }),
    rationaleStructure: z.boolean().default(false).meta({
      description: "Not kept (rationale-structure) where the profile's sections are not all there, in their order.",
    }),
  })
  .default({
    minConfidence: 0,
    orderAgreement: false,
    minRationaleCharacters: 0,
    rationaleForLabel: false,
    rationaleStructure: false,
  })
  .meta({ description: 'Which rows are meant for training. Nothing is dropped: a row that is not kept says why.' });

const firstJudgeSchema = z
  .strictObject({
    judge: judgeName.meta({ description: 'The profile of the cheap judge.' }),
    prompts: promptFiles,
    engine: engineSchema.optional().meta({ description: "Its engine. Default: the stage's." }),
    sampling,
    votes: z.strictObject({ ...votesFields }).default(defaultVotes),
    escalate: z
      .strictObject({
        below: z.number().min(0.5).max(1).default(0.9).meta({
          description:
            "With less confidence than this the item goes on to the stage's judge. Ties and failures always do.",
        }),
        ordersDisagree: z
          .boolean()
          .default(true)
          .meta({ description: 'Also where the two orders name different winners.' }),
      })
      .default({ below: 0.9, ordersDisagree: true }),
  })
  .meta({ description: 'A cheap judge that is asked first; the stage itself is asked where that one is not settled.' });

const labelStageSchema = z.strictObject({
  stage: z.literal('label'),
  name: stageName.default('label'),
  judge: judgeName.meta({ description: 'A judge profile: a built-in name, or the path of a YAML file.' }),
  prompts: promptFiles,
  engine: engineSchema,
  sampling,
  votes: z.strictObject({ ...votesFields }).default(defaultVotes),
  ranking: rankingSchema.default('knockout').meta({
    description:
      'How more than two responses are compared. knockout: n - 1 comparisons in rounds; linear: n - 1, each with the best so far; round-robin: all pairs, which ranks all responses.',
  }),
  keep: keepSchema,
  first: firstJudgeSchema.optional(),
  fleet,
});

const proveStageSchema = z.strictObject({
  stage: z.literal('prove'),
  name: stageName.default('prove'),
  judge: judgeName.meta({ description: 'A prover profile: a built-in name, or the path of a YAML file.' }),
  prompts: promptFiles,
  engine: engineSchema,
  sampling,
  candidates: z
    .int()
    .positive()
    .max(64)
    .default(1)
    .meta({ description: 'Proofs asked for at once; the best is taken.' }),
  attempts: z
    .int()
    .positive()
    .max(64)
    .default(3)
    .meta({ description: 'How often candidates are asked for until one passes its checks; then the row is not kept.' }),
  select: z.enum(['likelihood-ratio', 'judge', 'first']).default('likelihood-ratio').meta({
    description:
      'The best of several candidates that pass. likelihood-ratio: the likeliest given the label, compared with its likelihood alone (needs prompt_logprobs; without them, as judge); judge: the model compares them; first: the first.',
  }),
  selector: judgeName
    .default('proof-judge')
    .meta({ description: 'The profile that compares proofs, for select: judge.' }),
  fleet,
});

export const stageSpecSchema = z.discriminatedUnion('stage', [labelStageSchema, proveStageSchema]);
/** One entry of a job's pipeline. */
export type StageSpec = z.infer<typeof stageSpecSchema>;

export const outputSchema = z.strictObject({
  uri: z.string().min(1).meta({ description: 'The output folder: a path, a file:// URI, or s3://BUCKET/FOLDER.' }),
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
    namespace: z.string().min(1).optional().meta({ description: 'On Kubernetes: where the job lives.' }),
    labels: z.record(z.string(), z.string()).optional().meta({
      description: "On Kubernetes: labels; those of Kueue (kueue.x-k8s.io/..) are put on the workers' Jobs too.",
    }),
    annotations: z.record(z.string(), z.string()).optional().meta({ description: 'On Kubernetes: annotations.' }),
  }),
  spec: z.strictObject({
    corpus: corpusSchema,
    pipeline: z
      .array(stageSpecSchema)
      .min(1)
      .refine((stages) => new Set(stages.map((stage) => stage.name)).size === stages.length, 'stage names must differ')
      .refine((stages) => stages.slice(1).every((stage) => stage.stage === 'prove'), 'only the first stage can label')
      .refine(
        (stages) => stages.filter((stage) => stage.stage === 'prove').length <= 1,
        'there can be one prove stage: a row has one proof',
      ),
    output: outputSchema,
    limits: limitsSchema,
    files: z.string().min(1).optional().meta({
      description:
        'On Kubernetes: a ConfigMap whose keys are the files that the job names by a relative path: profiles, prompts. Elsewhere they lie beside the job file.',
    }),
    suspend: z.boolean().default(false).meta({
      description: 'On Kubernetes: true stops the pods, false goes on where they stopped. Elsewhere without effect.',
    }),
  }),
});
/** What a user submits. */
export type Job = z.infer<typeof jobSchema>;
