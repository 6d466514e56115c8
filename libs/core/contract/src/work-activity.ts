/** What a worker counts while it works: the part of progress that moves before a record is finished. */
import { z } from 'zod';
import { addTokenCounts } from './terms.ts';

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
  /** Items that other workers had under way and this one took over, and the tokens that it spent on them, null where its engine does not count: they were asked about twice. */
  takenOver: z.object({ items: count, tokens: count.nullable() }),
  /** Why no answers come, in a sentence; null while the engine answers, and before it was asked. */
  trouble: z.string().nullable(),
});
export type WorkActivity = z.infer<typeof workActivitySchema>;

/** What a worker has counted that has not begun. */
export const noActivity: WorkActivity = {
  answers: 0,
  underWay: 0,
  finished: 0,
  failed: 0,
  takenOver: { items: 0, tokens: 0 },
  trouble: null,
};

/** Adds up what workers took over. */
export const addTakenOver = (
  a: WorkActivity['takenOver'],
  b: WorkActivity['takenOver'],
): WorkActivity['takenOver'] => ({
  items: a.items + b.items,
  tokens: addTokenCounts(a.tokens, b.tokens),
});
