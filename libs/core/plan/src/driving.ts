/** What to send again, once it is known that nothing of a chunk is under way. */
import type { PlanEntry, TaskHeader } from '@proofmill/contract';

/** What the journals say of a shard. */
export interface Evidence {
  readonly entry: PlanEntry;
  missing(chunk: number): number[];
  suspicions(index: number): number;
  /** The highest drive that ended with a dead engine and the item in it; 0 for none. */
  lastAccused(index: number): number;
}

/** The chunks of a shard that need an engine at all. */
export const askedChunks = (entry: PlanEntry): number[] =>
  entry.chunks.flatMap((chunk, number) => (chunk.decided.length < chunk.count ? [number] : []));

/**
 * The task that brings a chunk on, or null where nothing is missing. Items that no engine died with go first, together; what
 * remains are suspects, and they go alone: one at a time with nothing else in the engine, so that the last piece of evidence
 * against an item is its own.
 */
export function nextTask(
  evidence: Evidence,
  chunk: number,
  names: Pick<TaskHeader, 'run' | 'stageDigest'>,
  drivesBefore: number,
): TaskHeader | null {
  const { entry } = evidence;
  const missing = evidence.missing(chunk);
  if (missing.length === 0) return null;
  const trusted = missing.filter((index) => evidence.suspicions(index) === 0);
  const send = trusted.length > 0 ? trusted : missing;
  const planned = entry.chunks[chunk];
  const whole = planned !== undefined && send.length === planned.count - planned.decided.length;
  const earlier = Math.max(drivesBefore, ...missing.map((index) => evidence.lastAccused(index)));
  return {
    v: 1,
    ...names,
    shard: entry.shard,
    chunk,
    drive: earlier + 1,
    ...(whole ? {} : { only: send }),
    ...(trusted.length > 0 ? {} : { alone: true }),
  };
}
