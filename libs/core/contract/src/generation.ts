import { z } from 'zod';
import { failureClassSchema } from './failure-classes.ts';
import { stageFileSchema } from './stage.ts';

const common = {
  v: z.literal(1),
  number: z.int().positive(),
  stages: z.array(stageFileSchema).min(1),
};

export const generationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('retry'), ...common, classes: z.array(failureClassSchema).nullable() }),
  z.object({
    kind: z.literal('extension'),
    ...common,
    from: z.int().nonnegative(),
    to: z.int().positive().nullable(),
    firstShard: z.int().nonnegative(),
  }),
]);
/**
 * generations/<number>/generation.json, create-only: which records a generation asks about, and how. Those of a `retry` are
 * the records whose newest outcome is a failure of one of the `classes`; null for all classes. Those of an `extension` are the
 * records of the corpus after the first `from`, up to `to` of them or to its end; the ids of its shards count from `firstShard`.
 */
export type Generation = z.infer<typeof generationSchema>;
export type RetryGeneration = Extract<Generation, { kind: 'retry' }>;
export type ExtensionGeneration = Extract<Generation, { kind: 'extension' }>;
