import { z } from 'zod';
import { failureClassSchema } from './failure-classes.ts';
import { stageFileSchema } from './stage.ts';

export const generationSchema = z.object({
  v: z.literal(1),
  kind: z.literal('retry'),
  number: z.int().positive(),
  classes: z.array(failureClassSchema).nullable(),
  stages: z.array(stageFileSchema).min(1),
});
/**
 * generations/<number>/generation.json, create-only: which records of the output a generation asks about again, and how. They are
 * those whose newest outcome is a failure of one of the `classes`; null for all classes.
 */
export type Generation = z.infer<typeof generationSchema>;
