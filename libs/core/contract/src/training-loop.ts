/** The loop file: rounds of labelling, proving, training and evaluating, each with the judge that the round before has trained. */
import { z } from 'zod';
import { corpusSchema } from './corpus-spec.ts';
import { engineSchema } from './engine-spec.ts';
import { stageSpecSchema } from './job.ts';
import { votesOptions } from './stage-rules.ts';
import { trainerNames } from './trainer-names.ts';
import { trainerSchema, variablesSchema } from './trainer-spec.ts';
import { weightsUriSchema } from './weights.ts';

const [labelStage, proveStage] = stageSpecSchema.options;
const withoutPlace = { stage: true, name: true, engine: true } as const;

const serveSchema = z
  .strictObject({
    command: z.array(z.string().min(1)).min(1).meta({
      description:
        'Program and arguments that serve weights, with the OpenAI API, on this machine. `{model}` is the folder of the weights (or their name), `{port}` a free port, `{name}` what the server has to call the model.',
    }),
    environment: variablesSchema,
    readyWithinSeconds: z.int().positive().default(1800).meta({
      description: 'How long the server may take until it lists the model. After that the loop ends with 75.',
    }),
  })
  .meta({
    description:
      'The loop starts the server for the weights of each round and ends it when they are not asked any more, so one GPU serves judge, prover and trainer in turn. On Kubernetes it is not used: there the engine is in the pod of each worker, as `stage.fleet` says.',
  });

const loopEngineSchema = z
  .strictObject({
    ...engineSchema.shape,
    model: engineSchema.shape.model.optional().meta({
      description:
        'The name under which the engine serves the weights; `{round}` in it is the number of the round that trained them. Default: the name of the loop, `judge` or `prover`, and that number: `my-loop-judge-1`.',
    }),
    serve: serveSchema.optional(),
  })
  .refine(({ baseUrl, baseUrls, serve }) => [baseUrl, baseUrls, serve].filter((one) => one !== undefined).length <= 1, {
    message:
      'takes one of baseUrl (or baseUrls) and serve: engines that somebody else starts with the weights of each round, or a command that the loop starts',
  });
export type LoopEngine = z.infer<typeof loopEngineSchema>;

const weights = z.string().min(1);

const judgeSchema = z.strictObject({
  weights: weights.meta({
    description:
      'The weights that each training of the judge begins with, `{base}`: a folder, or a name that the trainer knows, such as one of the Hugging Face Hub. The reference of the loop: it stays the same in all rounds.',
  }),
  stage: labelStage.omit(withoutPlace).meta({
    description: 'How it is asked: the fields of a label stage (docs/job-file.md) but stage, name and engine.',
  }),
  engine: loopEngineSchema.meta({
    description:
      'Who serves it: `engine` of a label stage, or `serve` in place of its baseUrl. On Kubernetes it may have neither.',
  }),
});

const proverSchema = z.strictObject({
  weights: weights.meta({
    description: 'The weights of the prover; where `start.prover` trains it, those that this training begins with.',
  }),
  stage: proveStage.omit(withoutPlace).meta({
    description: 'How it is asked: the fields of a prove stage (docs/job-file.md) but stage, name and engine.',
  }),
  engine: loopEngineSchema.meta({ description: 'Who serves it, as for the judge.' }),
});

const rationalesSchema = z.strictObject({
  corpus: corpusSchema.meta({ description: 'Pairs with a gold label and the words of people about it.' }),
  text: z.array(z.string().min(1)).min(1).meta({
    description:
      'The fields that hold these words, in the order in which they are put together, with a blank line between them; paths as in `corpus.carry`.',
  }),
  names: z
    .tuple([z.string().min(1), z.string().min(1)])
    .default(['Response 1', 'Response 2'])
    .meta({
      description:
        'What these words call the first and the second response of the record. They become Response A and Response B; an @ in front of them is dropped.',
    }),
});

const startSchema = z.strictObject({
  prover: z
    .strictObject({ train: trainerSchema })
    .optional()
    .meta({ description: 'Trains the prover on `rationales`: a label is given, the proof is to be written.' }),
  judge: z
    .strictObject({
      corpus: corpusSchema.meta({
        description: 'Pairs with a gold label and no rationale. The prover proves the labels.',
      }),
      train: trainerSchema.optional().meta({ description: 'Default: `train` of the loop.' }),
    })
    .optional()
    .meta({ description: 'Trains the first judge on proved gold labels.' }),
  evaluateReference: z.boolean().default(false).meta({
    description:
      'Evaluates `judge.weights` as they are, before any training, so that the gain of round 0 is known. For `start.judge`: without it they are the judge that round 0 evaluates. An engine with `baseUrl` serves them under a name with `reference` in place of the round.',
  }),
});

const batchSchema = z.strictObject({
  corpus: corpusSchema.meta({
    description:
      'Unlabelled pairs. It is divided by prompt: no two rounds label pairs of one prompt, and none labels a prompt of the seed data, or one that judges are measured on (docs/training.md).',
  }),
  items: z.int().positive().meta({ description: 'Pairs that a round labels, at most.' }),
  parts: z.int().positive().max(1024).optional().meta({
    description:
      'Parts that the corpus is divided into, by a digest of the prompt; round n takes the first `items` of part n. Default: as many as there are rounds. Take more to add rounds later.',
  }),
  goldShare: z.number().min(0).max(1).default(1).meta({
    description:
      'Share of the pairs with a gold label that are held out: the judge labels them as all others, nobody trains on them, and they measure how often a confident label of the round is wrong. The label of the rest is ignored.',
  }),
  gold: z
    .strictObject({
      corpus: corpusSchema.meta({
        description:
          'Pairs with a gold label for one response. `limit` in it bounds what each round asks; its prompts are in no batch and no training set.',
      }),
    })
    .optional()
    .meta({
      description:
        'Further held-out gold, for corpora without gold labels: each round labels all of these pairs as it labels its batch, and nobody trains on them. In the figure they count beside the pairs of `goldShare`.',
    }),
});

const exportSchema = z.strictObject({
  for: z.enum(trainerNames).default('trl').meta({
    description:
      'Whose form training sets have, those of `rationales` too, as with `proofmill export --for TRAINER --as reasoning`. `gram` takes profiles with one message of the user.',
  }),
});

const evaluationSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes, 32 at most')
    .meta({ description: 'Names its folder, and the metric of a gate.' }),
  corpus: corpusSchema.meta({
    description: 'Pairs with gold labels that nobody trains on, or a benchmark. `proofmill score` computes the figure.',
  }),
  votes: votesOptions
    .optional()
    .meta({ description: "How often each pair is judged. Default: the judge's `stage.votes`." }),
});

const gateSchema = z
  .strictObject({
    metric: z.string().min(1).meta({ description: 'The name of an evaluation, whose headline figure decides.' }),
    atLeast: z.number().min(0).max(1).optional().meta({ description: 'The figure has to reach this share.' }),
    notBelowParent: z
      .strictObject({
        alpha: z
          .number()
          .gt(0)
          .lt(0.5)
          .meta({ description: 'How often a judge as good as its parent is refused by chance.' }),
      })
      .optional()
      .meta({
        description:
          'The figure may not be below that of the parent beyond chance: a one-sided paired test on the comparisons that both have, clustered by prompt. Round 0 has no parent.',
      }),
  })
  .refine(({ atLeast, notBelowParent }) => atLeast !== undefined || notBelowParent !== undefined, {
    message: 'says nothing: give atLeast, notBelowParent, or both',
  });
export type Gate = z.infer<typeof gateSchema>;

export const trainingLoopSchema = z.strictObject({
  apiVersion: z.literal('proofmill.dev/v1alpha1'),
  kind: z.literal('TrainingLoop'),
  metadata: z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes, 40 at most'),
  }),
  spec: z
    .strictObject({
      rounds: z.int().min(0).max(999).meta({
        description:
          'Rounds that label a fresh batch, after round 0. A loop that is run again may have more, and does not repeat those that are done.',
      }),
      seed: z.int().nonnegative().default(0).meta({
        description: '`{seed}` of a training is this number plus that of the round.',
      }),
      judge: judgeSchema.meta({ description: 'The judge, which each round trains again from the same weights.' }),
      prover: proverSchema.optional().meta({
        description:
          'Who proves the labels; its proof is what the next judge is trained to reason. Without a prover it is the reasoning of the judge.',
      }),
      rationales: rationalesSchema.optional().meta({
        description: 'Reasons that people gave, for `start.prover` and `final`.',
      }),
      start: startSchema.default({ evaluateReference: false }).meta({
        description:
          'Round 0. What is left out is not done: without `start.judge` the first judge is `judge.weights` as they are.',
      }),
      batch: batchSchema.optional().meta({ description: 'What the rounds label. Required with one round or more.' }),
      export: exportSchema.default({ for: 'trl' }).meta({
        description: 'The training set of a round: the kept labels of all rounds so far, merged.',
      }),
      train: trainerSchema,
      evaluations: z
        .array(evaluationSchema)
        .min(1)
        .meta({ description: 'What each new judge is measured by, on pairs that no round labels or trains on.' }),
      without: z.array(z.string().min(1)).min(1).optional().meta({
        description:
          'Files of benchmarks, as with `proofmill export --without`: prompts that are in no batch and no training set, as those of `evaluations` are.',
      }),
      gate: gateSchema.optional().meta({
        description:
          'What a new judge has to reach for the next round to begin. Otherwise the loop ends with 3, and the parent stays the one to serve. It may change for rounds to come.',
      }),
      final: z.strictObject({ train: trainerSchema }).optional().meta({
        description:
          'After the last round: the judge of that round is trained further (`{parent}`) on `rationales`, in the form of its own answers.',
      }),
      output: z.strictObject({
        uri: z.string().min(1).meta({
          description:
            'The folder of the loop, which is new, empty, or already of this loop. A path of this machine; on Kubernetes one in the claim that all pods write (`store.volume` of the chart).',
        }),
        weights: weightsUriSchema.optional().meta({
          description:
            'A folder in an object store, s3://BUCKET/FOLDER, into which the weights of each training are put once it is done, in `round-NNN/train-DIGEST`. On Kubernetes engines fetch them from there instead of the claim. It may change: rounds to come then use the new one.',
        }),
      }),
      files: z.string().min(1).optional().meta({
        description:
          'On Kubernetes: a ConfigMap whose keys are the files that the loop names by a relative path: profiles, prompts, what trainers run. Elsewhere these files are beside the loop file.',
      }),
    })
    .superRefine(refuseIncomplete),
});
/** What `proofmill loop` runs. */
export type TrainingLoop = z.infer<typeof trainingLoopSchema>;
export type LoopSpec = TrainingLoop['spec'];
export type Evaluation = LoopSpec['evaluations'][number];

interface CorpusParts {
  readonly benchmark?: unknown;
  readonly carry?: unknown;
}

interface Parts {
  readonly rounds: number;
  readonly prover?: unknown;
  readonly rationales?: unknown;
  readonly start: { readonly prover?: unknown; readonly judge?: unknown; readonly evaluateReference: boolean };
  readonly batch?:
    | {
        readonly parts?: number | undefined;
        readonly corpus: CorpusParts;
        readonly gold?: { readonly corpus: CorpusParts } | undefined;
      }
    | undefined;
  readonly evaluations: readonly { readonly name: string }[];
  readonly gate?: { readonly metric: string } | undefined;
  readonly final?: unknown;
}

function refuseIncomplete(spec: Parts, context: z.RefinementCtx): void {
  const refuse = (message: string, ...path: string[]): void => context.addIssue({ code: 'custom', path, message });
  const { rounds, prover, rationales, start, batch, evaluations, gate, final } = spec;
  if (batch?.corpus.benchmark !== undefined)
    refuse('is for evaluations: nobody trains on one', 'batch', 'corpus', 'benchmark');
  if (batch?.gold?.corpus.benchmark !== undefined)
    refuse('is for evaluations, which have a figure of their own', 'batch', 'gold', 'corpus', 'benchmark');
  for (const [corpus, ...path] of [
    [batch?.corpus, 'batch', 'corpus'],
    [batch?.gold?.corpus, 'batch', 'gold', 'corpus'],
  ] as const)
    if (corpus?.carry !== undefined)
      refuse('is not for batches: their rows keep the id of the record, to join with', ...path, 'carry');
  if (rounds > 0 && !batch) refuse('is missing: it says what the rounds label', 'batch');
  if (batch?.parts !== undefined && batch.parts < rounds)
    refuse(`divides the corpus for ${batch.parts} rounds, and there are ${rounds}`, 'batch', 'parts');
  if (start.prover && !prover) refuse('trains a prover, and the loop has none: add spec.prover', 'start', 'prover');
  if (start.judge && !prover)
    refuse('needs a prover: gold labels without a rationale teach nobody to reason. Add spec.prover', 'start', 'judge');
  if (start.evaluateReference && !start.judge)
    refuse(
      'is for a loop that trains its first judge, in start.judge; without that, judge.weights are what round 0 evaluates',
      'start',
      'evaluateReference',
    );
  if (start.prover && !rationales) refuse('needs spec.rationales, which it is trained on', 'start', 'prover');
  if (final && !rationales) refuse('needs spec.rationales, which it trains on', 'final');
  const names = evaluations.map(({ name }) => name);
  if (new Set(names).size !== names.length) refuse('must have different names', 'evaluations');
  if (gate && !names.includes(gate.metric))
    refuse(`must be the name of an evaluation: ${names.join(' or ')}`, 'gate', 'metric');
}
