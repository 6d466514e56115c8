/** The job file: one schema for the command line, the custom resource and the API. */
import { z } from 'zod';
import { betterFirst } from './benchmarks.ts';
import { corpusSchema } from './corpus-spec.ts';
import { refuseParallelFaults } from './engine-parallelism.ts';
import { refuseIdleServers } from './engine-servers.ts';
import { engineSchema, pricesOf } from './engine-spec.ts';
import { fleetSchema } from './fleet.ts';
import { keepSchema } from './keep-rules.ts';
import { rowFormats } from './names.ts';
import { plantedStage } from './planted.ts';
import { samplingSchema } from './profile.ts';
import {
  attemptsSchema,
  candidatesSchema,
  escalateSchema,
  rankingSchema,
  selectSchema,
  votesSchema,
} from './stage-rules.ts';

const sampling = samplingSchema
  .partial()
  .extend({ seed: samplingSchema.shape.seed.default(0) })
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
    "Where to find the prompts that a profile takes from others: the profile's name for a file -> path (relative to the job file) or URL. A text whose digest is not the profile's is refused.",
});

const calibrationFile = z.string().min(1).optional();
const otherCorpus = z.boolean().optional().meta({
  description:
    'The calibration was fitted on another corpus than this one, and is to be taken all the same: it then holds as far as the records of this corpus are like those.',
});

const firstJudgeSchema = z
  .strictObject({
    judge: judgeName.meta({ description: 'The profile of the cheap judge.' }),
    prompts: promptFiles,
    engine: engineSchema.optional().meta({
      description: "Its engine. Default: the stage's; without an address, another model at the stage's address.",
    }),
    sampling,
    votes: votesSchema,
    escalate: escalateSchema,
    calibration: calibrationFile.meta({
      description:
        'A file of `proofmill calibrate --out`, fitted on labels of this judge by itself (a path that is relative to the job file). `escalate.below` is then about the calibrated probability that it is right.',
    }),
    otherCorpus,
  })
  .meta({
    description: 'A cheap judge that is asked first; items that it does not settle go to the judge of the stage.',
  });

const labelStageSchema = z.strictObject({
  stage: z.literal('label'),
  name: stageName.default('label'),
  judge: judgeName.meta({ description: 'A judge profile: a built-in name, or the path of a YAML file.' }),
  prompts: promptFiles,
  engine: engineSchema,
  sampling,
  votes: votesSchema,
  ranking: rankingSchema.default('knockout'),
  calibration: calibrationFile.meta({
    description:
      'A file of `proofmill calibrate --out`, fitted on labels that were made as this stage makes them (a path that is relative to the job file). Each row then has `probability`: how likely its label is right.',
  }),
  otherCorpus,
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
  candidates: candidatesSchema.default(1),
  attempts: attemptsSchema.default(3),
  select: selectSchema.default('likelihood-ratio'),
  selector: judgeName
    .default('proof-judge')
    .meta({ description: 'The profile that compares proofs, for select: judge.' }),
  fleet,
});

export const stageSpecSchema = z.discriminatedUnion('stage', [labelStageSchema, proveStageSchema]);
/** One entry of a job's pipeline. */
export type StageSpec = z.infer<typeof stageSpecSchema>;

export const outputSchema = z.strictObject({
  uri: z.string().min(1).meta({
    description:
      'The output folder, which is new, empty, or already of this job: a path, a file:// URI, or s3://BUCKET/FOLDER.',
  }),
  format: z.enum(rowFormats).default('parquet').meta({ description: 'Format of the rows: Parquet, or JSON lines.' }),
  shards: z.int().positive().max(99_999).optional().meta({
    description:
      'About how many output files. Default: from the size, 256 MB of records each. More where one would have more than 65,536 records.',
  }),
  partitions: z
    .int()
    .positive()
    .max(1024)
    .default(4)
    .meta({ description: 'Units of collecting: at most this many collectors work at a time.' }),
});

export const limitsSchema = z
  .strictObject({
    maxFailedShare: z.number().min(0).max(1).default(1).meta({
      description:
        'Share of records that may end without a label. Above it the job exits with 3: as soon as so many have failed that the share of all records is certain, or earlier, once 100 records have an outcome and the share of failures among them is above the limit beyond chance (99.99 % sure).',
    }),
    maxTokens: z.number().positive().optional().meta({
      description:
        'Prompt and completion tokens of the whole job. A job that reaches the limit stops within seconds, aborts what is in flight, exits with 3, and can be resumed; tokens of aborted requests are not counted.',
    }),
    maxCost: z.number().positive().optional().meta({
      description:
        'What the whole job may cost, by `engine.price` of every engine. A job that reaches the limit ends as with `maxTokens`.',
    }),
  })
  .default({ maxFailedShare: 1 });

const healthSchema = z
  .strictObject({
    planted: z.boolean().default(false).meta({
      description:
        'Ask the judge of the label stage also about planted pairs, 50 of each kind, whose right answer is known: the same text twice, an opener that answers nothing, a verdict imitated in a response, padding. They have a folder of their own, planted/, and count in no total.',
    }),
  })
  .meta({ description: 'What is found out about the judge beside the labels.' });

/** The largest number that a Job of Kubernetes takes, and the scale subresource. */
const largestNumber = 2_147_483_647;
const wholeSeconds = z.int().max(largestNumber);

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
    annotations: z.record(z.string(), z.string()).optional().meta({
      description: "On Kubernetes: annotations; those of Kueue (kueue.x-k8s.io/..) are put on the workers' Jobs too.",
    }),
  }),
  spec: z
    .strictObject({
      corpus: corpusSchema,
      pipeline: z
        .array(stageSpecSchema)
        .min(1)
        .refine(
          (stages) => new Set(stages.map((stage) => stage.name)).size === stages.length,
          'stage names must differ',
        )
        .refine((stages) => stages.slice(1).every((stage) => stage.stage === 'prove'), 'only the first stage can label')
        .refine(
          (stages) => stages.filter((stage) => stage.stage === 'prove').length <= 1,
          'only one stage can prove: a row has one proof',
        ),
      output: outputSchema,
      workers: z.int().min(0).max(largestNumber).default(0).meta({
        description:
          'Workers of each stage, in place of its `fleet.workers`. 0: as each stage says. `kubectl scale` sets it. It changes no label, so a job under way may change it; on Kubernetes not back to 0, as whoever scales to 0 wants no workers: that is `suspend`.',
      }),
      limits: limitsSchema,
      health: healthSchema.optional(),
      files: z.string().min(1).optional().meta({
        description:
          'On Kubernetes: a ConfigMap whose keys are the files that the job names by a relative path: profiles, prompts, certificates, calibrations. Elsewhere these files are beside the job file.',
      }),
      suspend: z.boolean().default(false).meta({
        description:
          'On Kubernetes: true stops the pods, false resumes where they stopped. It has no effect elsewhere.',
      }),
      activeDeadlineSeconds: wholeSeconds.min(1).optional().meta({
        description:
          'On Kubernetes: how long the job may be active without a pause. A job that is active for longer ends as Failed, with the reason DeadlineExceeded; what is labelled stays. As with a Job of Kubernetes, time spent suspended does not count, and a job that resumes has all of it again.',
      }),
      ttlSecondsAfterFinished: wholeSeconds.min(0).optional().meta({
        description:
          'On Kubernetes: how long after its end the ScoringJob is deleted, with everything but its output. Default: it stays.',
      }),
    })
    .superRefine(refuseMissingPrices)
    .superRefine(refuseOneOrder)
    .superRefine(refusePlantedUnasked)
    .superRefine(refuseParallelFaults)
    .superRefine(refuseIdleServers),
});

/** A judge that always prefers what it is shown first would be right everywhere. */
function refuseOneOrder(
  { corpus, pipeline }: { readonly corpus: z.output<typeof corpusSchema>; readonly pipeline: readonly StageSpec[] },
  context: z.RefinementCtx,
): void {
  if (corpus.benchmark === undefined || !betterFirst.has(corpus.benchmark)) return;
  const message = `cannot be fixed with ${corpus.benchmark}, whose better response comes first: a judge that always says A would be right everywhere. Take both, or alternate`;
  for (const [index, stage] of pipeline.entries()) {
    if (stage.stage !== 'label') continue;
    const own = stage.votes.orders === 'fixed' ? ['votes', 'orders'] : null;
    const first = stage.first?.votes.orders === 'fixed' ? ['first', 'votes', 'orders'] : null;
    for (const at of [own, first])
      if (at) context.addIssue({ code: 'custom', path: ['pipeline', index, ...at], message });
  }
}

/** Planted pairs are put to the judge of a label stage, in a stage of their own. */
function refusePlantedUnasked(
  {
    pipeline,
    health,
  }: { readonly pipeline: readonly StageSpec[]; readonly health?: z.output<typeof healthSchema> | undefined },
  context: z.RefinementCtx,
): void {
  if (!health?.planted) return;
  const refuse = (message: string, path: PropertyKey[]): void => context.addIssue({ code: 'custom', path, message });
  if (!pipeline.some(({ stage }) => stage === 'label'))
    refuse('needs a label stage: planted pairs are put to its judge', ['health', 'planted']);
  for (const [index, { name }] of pipeline.entries()) {
    if (name === plantedStage)
      refuse(`is the name of the stage that asks about planted pairs: choose another one`, ['pipeline', index, 'name']);
  }
}

/** A cost is counted by the price of every engine. */
function refuseMissingPrices(
  {
    pipeline,
    limits,
  }: { readonly pipeline: readonly StageSpec[]; readonly limits: { readonly maxCost?: number | undefined } },
  context: z.RefinementCtx,
): void {
  if (limits.maxCost === undefined) return;
  for (const [index, stage] of pipeline.entries()) {
    const { own, first } = pricesOf(stage);
    const missing = own === null ? ['engine'] : first === null ? ['first', 'engine'] : null;
    if (missing === null) continue;
    const message = 'has no price, by which limits.maxCost is counted';
    context.addIssue({ code: 'custom', path: ['pipeline', index, ...missing], message });
  }
}

/** What a user submits. */
export type Job = z.infer<typeof jobSchema>;
