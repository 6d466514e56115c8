/** What to send of a shard, once it is known that nothing of its chunks is under way. */
import { bounds, type PlanEntry, type TaskHeader } from '@proofmill/contract';

/** What the journals say of a shard. */
export interface Evidence {
  readonly entry: PlanEntry;
  missing(chunk: number): number[];
  suspicions(index: number): number;
  /** The highest drive that there is evidence of; 0 for none. */
  lastDrive(index: number): number;
}

type Names = Pick<TaskHeader, 'run' | 'stageDigest'>;

/** What to do about some chunks of a shard. */
export interface NextSteps {
  /** Chunks that the journals hold whole: nothing of them is to be sent any more. */
  readonly held: readonly number[];
  readonly send: readonly TaskHeader[];
}

/** The chunks of a shard that need an engine at all. */
export const askedChunks = (entry: PlanEntry): number[] =>
  entry.chunks.flatMap((chunk, number) => (chunk.decided.length < chunk.count ? [number] : []));

/**
 * What to do about chunks that have no message, and whose outcomes are all in the journals that `evidence` was read from. `drives` counts how often this coordinator has sent each chunk.
 */
export function nextSteps(
  evidence: Evidence,
  chunks: readonly number[],
  drives: ReadonlyMap<number, number>,
  names: Names,
): NextSteps {
  const held: number[] = [];
  const send: TaskHeader[] = [];
  for (const chunk of chunks) {
    const task = nextTask(evidence, chunk, names, drives.get(chunk) ?? 0);
    if (task) send.push(task);
    else held.push(chunk);
  }
  return { held, send };
}

/** Items with so many suspicions go alone. */
const toGoAlone = bounds.suspicions - 1;

/**
 * The task that advances a chunk, or null where nothing is missing. Items that no engine died with go first, together; then those of one
 * death, together, since most of them are innocent; what remains goes alone: one at a time with nothing else in the engine, so that the
 * last piece of evidence against an item is its own. Items whose outcomes were refused harm no other. The drive is above every drive
 * that there is evidence of, so what is refused again is another piece of evidence.
 */
function nextTask(evidence: Evidence, chunk: number, names: Names, drivesBefore: number): TaskHeader | null {
  const { entry } = evidence;
  const { run, stageDigest } = names;
  const missing = evidence.missing(chunk);
  if (missing.length === 0) return null;
  const fewest = Math.min(...missing.map((index) => evidence.suspicions(index)));
  const mustGoAlone = fewest >= toGoAlone;
  const send = mustGoAlone ? missing : missing.filter((index) => evidence.suspicions(index) === fewest);
  const planned = entry.chunks[chunk];
  const isWhole = planned !== undefined && send.length === planned.count - planned.decided.length;
  const lastDrive = Math.max(drivesBefore, ...missing.map((index) => evidence.lastDrive(index)));
  return {
    v: 1,
    run,
    stageDigest,
    shard: entry.shard,
    chunk,
    drive: lastDrive + 1,
    ...(isWhole ? {} : { only: send }),
    ...(mustGoAlone ? { alone: true } : {}),
  };
}
