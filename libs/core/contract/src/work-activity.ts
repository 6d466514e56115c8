/** What a worker counts while it works: the part of progress that moves before a record is finished. */
import { z } from 'zod';

const count = z.int().nonnegative();

export const workActivitySchema = z.object({
  /** Answers that the engine has given since the worker began. */
  answers: count,
  /** Answers that the engine has been asked for and has not given yet. */
  underWay: count,
  /** Items that have an outcome since the worker began. */
  finished: count,
  /** Of these, items that failed. */
  failed: count,
  /** Why no answers come, in a sentence; null while the engine answers, and before it was asked. */
  trouble: z.string().nullable(),
});
export type WorkActivity = z.infer<typeof workActivitySchema>;
