import { z } from 'zod';
import { cascadeSchema } from './outcome.ts';
import { samplingSchema } from './profile.ts';
import {
  labelSchema,
  messageSchema,
  orderVotesSchema,
  proofSchema,
  rationaleSchema,
  scoresSchema,
  servedSchema,
  sourceSchema,
  stageTokensSchema,
} from './terms.ts';

const judgeSchema = z.object({
  profile: z.string(),
  version: z.int(),
  promptSha256: z.string(),
  model: z.string(),
  revision: z.string().nullable(),
  sampling: samplingSchema,
  served: servedSchema.nullable(),
});
/**
 * Who judged, and how it was asked. `model` and `revision` are what the job says, `served` what the engine said of itself: null
 * where nothing was asked.
 */
export type Judge = z.infer<typeof judgeSchema>;

export const rowSchema = z.object({
  id: z.string(),
  sourceId: z.string().nullable(),
  source: sourceSchema,
  prompt: z.array(messageSchema),
  responses: z.array(z.string()),
  gold: z.int().nullable(),
  winner: z.int().nullable(),
  tie: z.boolean(),
  confidence: labelSchema.shape.confidence.nullable(),
  confidenceOf: labelSchema.shape.confidenceOf,
  decidedBy: z.enum(['judge', 'first-judge', 'identical', 'gold']),
  sameAs: z.string().nullable(),
  kept: z.boolean(),
  keptReason: z.string().nullable(),
  flags: z.array(z.string()),
  votes: z.array(orderVotesSchema),
  ranking: labelSchema.shape.ranking,
  scores: scoresSchema.nullable(),
  rationale: rationaleSchema.nullable(),
  proof: proofSchema.nullable(),
  cascade: cascadeSchema.nullable(),
  judge: judgeSchema.nullable(),
  prover: judgeSchema.nullable(),
  tokens: z.array(stageTokensSchema),
});
/**
 * One labelled item, all stages joined. Every field is always there (null where empty), so that all shards have one type.
 * `keptReason` says why `kept` is false. `judge` is null where the label is the corpus's own; `sameAs` is the id of the item
 * that was asked in this one's place, since it has the same prompt and responses, in this order or the other.
 */
export type Row = z.infer<typeof rowSchema>;

export const failureSchema = z.object({
  id: z.string(),
  sourceId: z.string().nullable(),
  source: sourceSchema,
  stage: z.string(),
  class: z.string(),
  message: z.string(),
  answers: z.array(z.string()),
  votes: z.array(orderVotesSchema),
  tokens: z.array(stageTokensSchema),
});
/**
 * One record that has no label: its place, the stage it failed in, why, what the model answered (the first answers), and what
 * was spent on it. `votes` counts the answers by order, where there were any: all of them invalid.
 */
export type Failure = z.infer<typeof failureSchema>;
