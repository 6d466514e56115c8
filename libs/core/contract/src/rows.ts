import { z } from 'zod';
import { samplingSchema } from './profile.ts';
import {
  labelSchema,
  messageSchema,
  orderVotesSchema,
  proofSchema,
  rationaleSchema,
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
});
/** Who judged, and how it was asked. */
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
  confidence: labelSchema.shape.confidence,
  kept: z.boolean(),
  keptReason: z.string().nullable(),
  flags: z.array(z.string()),
  votes: z.array(orderVotesSchema),
  rationale: rationaleSchema.nullable(),
  proof: proofSchema.nullable(),
  judge: judgeSchema,
  prover: judgeSchema.nullable(),
  tokens: z.array(stageTokensSchema),
});
/**
 * One labelled item, all stages joined. Every field is always there (null where empty), so that all shards have one type.
 * `keptReason` says why `kept` is false.
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
