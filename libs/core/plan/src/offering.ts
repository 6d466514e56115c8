/** Which open items idle workers are to take over, and in which tasks. */
import type { StageFile, TaskHeader } from '@proofmill/contract';

/** An item that some worker has, as far as is known. */
export interface OpenItem {
  readonly shard: number;
  readonly chunk: number;
  readonly index: number;
  /** The drive that it was sent with. */
  readonly drive: number;
}

/** A task to take over is small, so that the items are spread over those who wait. */
const mostItems = 8;

/** At most `count` of the items, those that were sent first, and so are open for longest, first. */
export const itemsToOffer = (open: readonly OpenItem[], count: number): OpenItem[] =>
  [...open].sort((a, b) => a.shard - b.shard || a.index - b.index).slice(0, count);

/**
 * The tasks for items to take over, in their order; two or more for each of those who wait, where the items suffice. The drive is
 * that of the task that has the item: two deaths in one drive are one piece of evidence against it.
 */
export function tasksToOffer(
  items: readonly OpenItem[],
  waiting: number,
  { run, stageDigest }: Pick<StageFile, 'run' | 'stageDigest'>,
): TaskHeader[] {
  const size = Math.max(1, Math.min(mostItems, Math.floor(items.length / (2 * waiting))));
  const tasks: TaskHeader[] = [];
  for (const { shard, chunk, index, drive } of items) {
    const last = tasks.at(-1);
    if (last?.shard === shard && last.chunk === chunk && (last.only?.length ?? 0) < size) {
      tasks[tasks.length - 1] = { ...last, only: [...(last.only ?? []), index] };
      continue;
    }
    tasks.push({ v: 1, run, stageDigest, shard, chunk, drive, only: [index], takeOver: true });
  }
  return tasks;
}
