/** ROUND.json, which is written last in the folder of a round and never changes: what the round was made from, and how good it is. */
import { z } from 'zod';
import { tokensSchema } from './terms.ts';

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const intervalSchema = z.object({ low: z.number(), high: z.number() }).nullable();

/** Weights: what the loop file or a training calls them; the round that trained them; a digest over the names and bytes of their files. */
const weightsSchema = z.object({ name: z.string(), round: z.int().nullable(), sha256: sha256.nullable() });
export type Weights = z.infer<typeof weightsSchema>;

/** How many records were left out for a benchmark, by its name: by the whole prompt, and by thirteen words in a row. */
const benchmarkCostsSchema = z.record(z.string(), z.object({ prompts: count, words: count }));

export const batchFileSchema = z.object({
  v: z.literal(1),
  part: count,
  parts: count,
  files: z.array(z.object({ path: z.string(), bytes: count, sha256 })),
  counts: z.object({
    read: count,
    unreadable: count,
    otherParts: count,
    evaluated: count,
    sharedWords: count,
    started: count,
    items: count,
    heldOut: count,
    gold: count,
    goldUnusable: count,
  }),
  benchmarks: benchmarkCostsSchema,
});
/**
 * batch/BATCH.json: the records of the corpus that were `read` until the batch was full, and what became of them: `unreadable`,
 * in the part of another round (`otherParts`), with a prompt that judges are measured on (`evaluated`) or one that shares thirteen words in a
 * row with such a prompt (`sharedWords`), with a prompt of the seed data (`started`), held out for their gold label (`heldOut`), or the
 * `items` of the batch. `benchmarks` has the two kinds that are measured by where the prompt is from. Of the records of `batch.gold`, `gold`
 * are held out beside those, and `goldUnusable` have no gold label for one response or cannot be read.
 */
export type BatchFile = z.infer<typeof batchFileSchema>;

export const trainedFileSchema = z.object({
  v: z.literal(1),
  command: z.array(z.string()),
  environment: z.array(z.string()),
  versions: z.array(z.string()),
  data: sha256,
  base: weightsSchema,
  parent: weightsSchema,
  weights: z.object({ sha256, files: count, bytes: count }),
});
/**
 * train/TRAINED.json, written once the trainer has ended with 0: its command with the placeholders as the loop file has them, the names of its
 * variables, what `versions` printed, the digest of the training set, what it began with, and what it made.
 */
export type TrainedFile = z.infer<typeof trainedFileSchema>;

export const publishedFileSchema = z.object({
  v: z.literal(1),
  uri: z.string(),
  weights: z.object({ sha256, files: count, bytes: count }),
});
/** train/PUBLISHED.json, written once the weights of a training are in an object store, under this address. */
export type PublishedFile = z.infer<typeof publishedFileSchema>;

const evaluatedSchema = z.object({
  name: z.string(),
  scored: z.string(),
  metric: z.string(),
  value: z.number(),
  interval: intervalSchema,
  comparisons: count,
  prompts: count,
  withoutLabel: count,
  output: sha256,
  tokens: tokensSchema,
});
/** The headline figure of an evaluation, with its 95 % interval clustered by prompt. */
export type Evaluated = z.infer<typeof evaluatedSchema>;

const verdictSchema = z.object({
  passed: z.boolean(),
  why: z.string(),
  metric: z.string(),
  value: z.number(),
  atLeast: z.number().nullable(),
  alpha: z.number().nullable(),
  difference: z.number().nullable(),
  differenceInterval: intervalSchema,
  p: z.number().nullable(),
});
/** What the gate said. `difference` and `p` are null where no parent was compared. */
export type Verdict = z.infer<typeof verdictSchema>;

const labelsSchema = z.object({
  output: sha256,
  judge: weightsSchema.nullable(),
  prover: weightsSchema.nullable(),
  records: count,
  labelled: count,
  failed: count,
  kept: count,
  proved: count,
  notKeptByReason: z.record(z.string(), count),
  tokens: z.array(tokensSchema.extend({ stage: z.string() })),
});
/** What was labelled and proved in the round: `output`, a digest over the files that its _MANIFEST.json names, who did it, and the fate of its records. */
export type Labels = z.infer<typeof labelsSchema>;

const share = z.object({ rows: count, wrong: count, interval: intervalSchema });
const trainingSetSchema = z.object({ sha256, rows: count, rounds: z.array(count) });
/** A training set: the digest of its manifest, its rows, and the rounds whose labels are in it. */
export type TrainingSet = z.infer<typeof trainingSetSchema>;

export const roundFileSchema = z.object({
  v: z.literal(1),
  loop: z.string(),
  round: count,
  step: z.enum(['start', 'round', 'final']),
  parent: z.object({ round: count, sha256 }).nullable(),
  reference: weightsSchema,
  judge: weightsSchema,
  prover: weightsSchema.nullable(),
  batch: batchFileSchema.shape.counts.extend({ sha256 }).nullable(),
  labels: labelsSchema.nullable(),
  heldOut: z.object({ all: share, kept: share, tokens: tokensSchema }).nullable(),
  trainingSet: trainingSetSchema.nullable(),
  training: sha256.nullable(),
  proverTraining: sha256.nullable(),
  referenceEvaluations: z.array(evaluatedSchema).default([]),
  evaluations: z.array(evaluatedSchema),
  gate: verdictSchema.nullable(),
});
/**
 * `parent`: the round before, with the digest of its ROUND.json. `reference`: the weights that every training of the judge begins with.
 * `judge` and `prover` are what the round leaves to the next one: `judge` was trained by it where `training` is the digest of its
 * TRAINED.json, and is that of the parent where that is null. `referenceEvaluations` are figures of the reference, in round 0 where the
 * loop asks for them, and `evaluations` those of `judge`. `heldOut`: labels of the round held against gold labels that
 * nobody trains on: of all of them, and of the kept ones, whose errors the next judge would have learned.
 */
export type RoundFile = z.infer<typeof roundFileSchema>;
