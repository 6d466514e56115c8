import { z } from 'zod';
import { ordersSchema, profileSchema, samplingSchema } from './profile.ts';

/** Who is asked, and how. */
const judge = {
  profile: profileSchema,
  engine: z.strictObject({ model: z.string(), revision: z.string().nullable() }),
  sampling: samplingSchema,
};

const stopSchema = z.union([z.enum(['none', 'certain']), z.strictObject({ confidence: z.number().gt(0.5).lt(1) })]);
/** When no further votes are asked for. */
export type StopRule = z.infer<typeof stopSchema>;

const votesSchema = z.strictObject({
  max: z.int().positive(),
  orders: ordersSchema,
  stop: stopSchema,
  reasks: z.int().nonnegative(),
  logprobs: z.boolean(),
});
/** How an item is voted on. */
export type VotesDefinition = z.infer<typeof votesSchema>;

const escalateSchema = z.strictObject({
  below: z.number().min(0.5).max(1),
  ordersDisagree: z.boolean(),
});

const firstJudgeSchema = z.strictObject({ ...judge, votes: votesSchema, escalate: escalateSchema });
/** The cheap judge that a stage begins with, and when the item goes on to the other one. */
export type FirstJudge = z.infer<typeof firstJudgeSchema>;

const keepSchema = z.strictObject({
  minConfidence: z.number().min(0).max(1),
  orderAgreement: z.boolean(),
  maxRationaleCharacters: z.int().positive().nullable(),
  minRationaleCharacters: z.int().nonnegative(),
  rationaleForLabel: z.boolean(),
  rationaleStructure: z.boolean(),
});
/** Which labelled rows are meant for training. The others say why not. */
export type KeepRules = z.infer<typeof keepSchema>;

/** The rules that no row breaks. */
export const keepEverything: KeepRules = {
  minConfidence: 0,
  orderAgreement: false,
  maxRationaleCharacters: null,
  minRationaleCharacters: 0,
  rationaleForLabel: false,
  rationaleStructure: false,
};

export const rankingSchema = z.enum(['knockout', 'linear', 'round-robin']);

export const stageDefinitionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('label'),
    name: z.string(),
    ...judge,
    votes: votesSchema,
    ranking: rankingSchema,
    keep: keepSchema,
    first: firstJudgeSchema.nullable(),
  }),
  z.strictObject({
    kind: z.literal('prove'),
    name: z.string(),
    ...judge,
    candidates: z.int().positive(),
    attempts: z.int().positive(),
    select: z.enum(['likelihood-ratio', 'judge', 'first']),
    selector: profileSchema.nullable(),
  }),
]);
/** All that decides an answer's meaning: profile and template bytes, sampling, votes. Its digest is the stage digest. */
export type StageDefinition = z.infer<typeof stageDefinitionSchema>;
export type LabelDefinition = Extract<StageDefinition, { kind: 'label' }>;
export type ProveDefinition = Extract<StageDefinition, { kind: 'prove' }>;

export const stageFileSchema = z.strictObject({
  v: z.literal(1),
  run: z.string(),
  stageDigest: z.string(),
  partitions: z.int().positive(),
  definition: stageDefinitionSchema,
});
/** stage.json, frozen at planning: the one file a worker needs. */
export type StageFile = z.infer<typeof stageFileSchema>;
