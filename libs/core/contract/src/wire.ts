import { z } from 'zod';

export const taskHeaderSchema = z.object({
  v: z.literal(1),
  run: z.string(),
  stageDigest: z.string(),
  shard: z.int().nonnegative(),
  chunk: z.int().nonnegative(),
  drive: z.int().positive(),
  only: z.array(z.int().nonnegative()).optional(),
  alone: z.literal(true).optional(),
  takeOver: z.literal(true).optional(),
});
/**
 * The small header of a task message; the body is the chunk's frame as the pack holds it. `only` limits the task to some
 * indexes of the shard. `alone` asks for one item at a time with nothing else in the engine: they are suspects. `takeOver`: another
 * worker has these items, and is asked to finish them no more than this one: the first outcome counts.
 */
export type TaskHeader = z.infer<typeof taskHeaderSchema>;

/** A task as the coordinator sends it. */
export interface Task {
  readonly header: TaskHeader;
  /** The chunk's compressed frame, forwarded as it is. */
  readonly frame: Uint8Array;
}
