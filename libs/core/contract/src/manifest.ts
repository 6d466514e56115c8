import { z } from 'zod';

const fileSchema = z.object({
  path: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
  count: z.int().nonnegative(),
});
/** A file that a manifest vouches for. */
export type CommittedFile = z.infer<typeof fileSchema>;

export const totalsSchema = z.object({
  records: z.int().nonnegative(),
  labelled: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
  kept: z.int().nonnegative(),
  tied: z.int().nonnegative(),
  proved: z.int().nonnegative(),
  votes: z.int().nonnegative(),
  invalid: z.int().nonnegative(),
  flagged: z.int().nonnegative(),
  goldCompared: z.int().nonnegative(),
  goldAgreed: z.int().nonnegative(),
  firstShownWins: z.int().nonnegative(),
  tokens: z.object({ prompt: z.int().nonnegative(), completion: z.int().nonnegative() }),
  failedByClass: z.record(z.string(), z.int().nonnegative()),
  notKeptByReason: z.record(z.string(), z.int().nonnegative()),
});
/**
 * Counts of a shard, a stage or an output. `labelled` + `failed` = `records`: `labelled` are the rows, `failed` the records
 * without a label. `skipped` counts records that a later stage did not ask about. `votes` are valid votes, `firstShownWins`
 * those for the response shown first; `tokens` are of the stage itself.
 */
export type Totals = z.infer<typeof totalsSchema>;

export const manifestSchema = z.object({
  v: z.literal(1),
  run: z.string(),
  shard: z.int().nonnegative(),
  entrySha256: z.string(),
  epoch: z.int().positive(),
  cut: z.array(z.object({ epoch: z.int().positive(), bytes: z.int().nonnegative() })),
  rows: fileSchema,
  failures: fileSchema,
  totals: totalsSchema,
});
/**
 * manifests/00042.json, create-only: the commit of a shard. It names both files of the shard, which lie in staging/, and the
 * journal cut they were made from (bytes read of each epoch's journal).
 */
export type Manifest = z.infer<typeof manifestSchema>;

export const outputManifestSchema = z.object({
  v: z.literal(1),
  job: z.string(),
  runs: z.array(z.object({ stage: z.string(), run: z.string(), totals: totalsSchema })),
  shards: z.array(z.object({ shard: z.int().nonnegative(), rows: fileSchema, failures: fileSchema })),
  totals: totalsSchema,
});
/** OUT/_MANIFEST.json: totals and digests of the whole output; `path`s are relative to the output folder. */
export type OutputManifest = z.infer<typeof outputManifestSchema>;
