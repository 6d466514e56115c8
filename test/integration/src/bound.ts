/**
 * What may be asked twice (promise 9), in items.
 *
 * The death of a worker: the items of its unacknowledged chunks. A scene asks NATS for their number right after the death
 * (`heldByKilled`), so nothing has to be derived.
 *
 * The death of the broker: what it had not made durable as well. Nobody can ask for that any more, so it is bounded:
 *
 *   held      chunks that a worker has: the server may have forgotten their delivery. A worker pulls one chunk at a time, and
 *             only while it wants fewer than 2 x slots answers. Of its earlier chunks, at most
 *             floor((2 x slots - 1) / votes) = 1 item is unfinished then, in 1 chunk. One more chunk may be answered and not
 *             yet acknowledged (a batch waits 200 ms). So 1 + 1 + 1.
 *   recent    chunks that were acknowledged: the server writes acknowledgements and messages up to a second late. An answer
 *             takes about 4.4 s x time scale, and a chunk takes 10 items x 9 votes / 8 slots answers in sequence: half a
 *             second at a time scale of 0.01. Outcomes not yet journalled belong to these chunks or to the held ones. So 3.
 *
 * The death of a coordinator or a collector adds nothing: what they hold is stored, or is found missing by evidence.
 */
import { example } from './example.ts';

/** The most chunks of the label stage that a worker holds. */
export const mostHeldChunks = 3;
const recentChunks = 3;

export interface Deaths {
  /** As NATS reports it; see Scene. */
  readonly heldByKilled?: number;
  readonly brokers?: number;
  readonly workers?: number;
}

/** Items that may be asked twice. `workers` is how many run when the broker dies. */
export const mostAskedTwice = ({ heldByKilled = 0, brokers = 0, workers = 1 }: Deaths): number =>
  heldByKilled + brokers * workers * (mostHeldChunks + recentChunks) * example.labelChunkItems;
