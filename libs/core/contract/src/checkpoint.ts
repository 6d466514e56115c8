import { z } from 'zod';

const count = z.int().nonnegative();

export const checkpointSchema = z.object({
  v: z.literal(1),
  run: z.string(),
  partition: count,
  cut: z.array(z.object({ epoch: z.int().positive(), bytes: count, isOver: z.boolean() })),
  committed: z.array(z.tuple([count, count, z.int().positive()])),
  shards: z.array(z.object({ shard: count, frames: z.string() })),
});
/**
 * checkpoints/<partition>/: what the journals of a partition held up to a cut (bytes read of each epoch's journal), so that a restart reads
 * only what follows. It holds places in the journals, no outcomes, and is derived from them: without it they are read from the beginning.
 *
 * cut        `isOver`: the journal was ended, and is read to its end
 * committed  ranges of shards (first, last, step) that had a manifest by then: their frames are left out
 * shards     the others with anything in the journals; `frames` as `encodeKnown` gives them, in base64
 */
export type Checkpoint = z.infer<typeof checkpointSchema>;
