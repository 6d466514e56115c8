/**
 * What may be asked twice (promise 9), in items.
 *
 * A worker that is killed: the items of its unacknowledged chunks. How many those were is asked of NATS right after the death,
 * see `heldByKilled` of a scene; nothing has to be derived.
 *
 * The broker's death adds what it had not made durable, and what that was cannot be asked any more:
 *
 *   held      a chunk that a worker has: the server may have forgotten that it gave it away. A worker pulls one chunk at a
 *             time, and only while it wants fewer than 2 x slots answers: of the chunks before, at most
 *             floor((2 x slots - 1) / votes) = 1 item is unended then, in 1 chunk. One more may be answered and not yet
 *             acknowledged (a batch waits 200 ms). So 1 + 1 + 1.
 *   recent    a chunk that was acknowledged: the server writes acknowledgements, and what was stored, up to a second late.
 *             An answer takes about 4.4 s x time scale, a chunk 10 items x 9 votes / 8 slots answers one after the other: with
 *             a time scale of 0.01 half a second. Outcomes not yet journalled are of these chunks, or of those held. So 3.
 *
 * The death of the coordinator or of a collector adds nothing: what they hold is stored, or is found missing by evidence.
 */
import { example } from './example.ts';

/** Chunks of the label stage that a worker holds at most. */
export const mostHeldChunks = 3;
const recentChunks = 3;

export interface Deaths {
  /** As NATS told, see Scene. */
  readonly heldByKilled?: number;
  readonly brokers?: number;
  readonly workers?: number;
}

/** Items that may be asked twice. `workers` is how many there are while the broker dies. */
export const mostAskedTwice = ({ heldByKilled = 0, brokers = 0, workers = 1 }: Deaths): number =>
  heldByKilled + brokers * workers * (mostHeldChunks + recentChunks) * example.labelChunkItems;
