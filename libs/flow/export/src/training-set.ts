/** What decides a training set, and what a complete one says of itself. */
import { leftOut, splits, trainers, trainingForms } from '@proofmill/export-rows';
import { z } from 'zod';

const count = z.int().nonnegative();

export const identitySchema = z.object({
  v: z.literal(1),
  trainer: z.enum(trainers),
  form: z.enum(Object.keys(trainingForms) as (keyof typeof trainingForms)[]),
  outputs: z.array(
    z.object({
      job: z.string(),
      runs: z.array(z.object({ stage: z.string(), run: z.string() })),
      manifestSha256: z.string(),
    }),
  ),
  profile: z.object({ name: z.string(), version: z.int(), messagesSha256: z.string() }).nullable(),
  keep: z.enum(['kept', 'all']),
  minConfidence: z.number().nullable(),
  minProbability: z.number().nullable(),
  text: z.enum(['proof', 'rationale', 'any']),
  bothOrders: z.boolean(),
  margin: z.boolean(),
  evalShare: z.number(),
  without: z.array(z.object({ name: z.string(), sha256: z.string() })),
  model: z.string(),
});
/** All that decides the bytes of a set. */
export type SetIdentity = z.infer<typeof identitySchema>;

const reason = z.enum(Object.keys(leftOut) as (keyof typeof leftOut)[]);

export const setManifestSchema = identitySchema.extend({
  rows: count,
  leftOut: z.partialRecord(reason, count),
  benchmarks: z.record(z.string(), z.object({ prompts: count, words: count })),
  texts: z.object({ proof: count, rationale: count }),
  answers: z.object({ A: count, B: count }),
  files: z.array(z.object({ path: z.string(), split: z.enum(splits), rows: count, bytes: count, sha256: z.string() })),
});
/**
 * _MANIFEST.json of a training set. `rows` were read; `leftOut` counts rows, and comparisons for `contradicted` and `duplicate`. `texts` are those
 * of a reasoning set by where they are from, `answers` by the letter that they end with.
 */
export type SetManifest = z.infer<typeof setManifestSchema>;
