/**
 * Near the end of a stage, idle workers take over what others still have open: the one reason for driving beside evidence of loss
 * (see drive.ts). Without it a fleet waits for its slowest worker.
 *
 *   far    tasks wait for workers, or shards to be opened: nothing is offered
 *   near   workers wait for tasks: each is offered an open item, and one more for every item that ends from now on, so that what
 *          is asked twice grows no faster than what is left shrinks
 *
 * The items that are open for longest are offered first: their worker is slow, or has stopped. Each is offered once by a coordinator.
 * A look reads the journals. Where there was nothing to offer, the next one comes later, up to `watchMs`: an end may be long.
 *
 * An item that an engine died with is never offered. The first outcome counts, as for everything else that
 * is asked twice.
 */
import { type Clock, type Dispatch, partitionOf, type StageFile, type TaskHeader } from '@proofmill/contract';
import { readFrame, type StageFolder } from '@proofmill/folder';
import { itemsToOffer, type OpenItem, tasksToOffer } from '@proofmill/plan';
import type { OpenShards } from './open-shards.ts';
import type { PlanProgress } from './write-plan.ts';

export interface TakeOverOptions {
  readonly stage: StageFile;
  readonly folder: StageFolder;
  readonly dispatch: Dispatch;
  readonly shards: OpenShards;
  readonly progress: Readonly<PlanProgress>;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly watchMs: number;
  /** Called with the number of items that were offered. */
  readonly onOffer: (items: number) => void;
}

export class TakeOver {
  readonly #options: TakeOverOptions;
  /** `shard:index` of each item. */
  readonly #offered = new Set<string>();
  /** Records that had an outcome when the end came near; null before. */
  #finishedBefore: number | null = null;
  #pauseMs = 0;
  #dueMs = 0;

  constructor(options: TakeOverOptions) {
    this.#options = options;
  }

  /** Offers what may be offered now, where a look is due. Rejects where the transport is away. */
  async look(): Promise<void> {
    const { dispatch, shards, progress, clock, pollMs, watchMs } = this.#options;
    if (!progress.end || !shards.areAllOpened(progress.end.shards) || clock.now() < this.#dueMs) return;
    const { queued, waiting } = await dispatch.demand();
    if (queued > 0 || waiting === 0) return;
    const offeredBefore = this.#offered.size;
    await this.#offerTo(waiting);
    const isNews = this.#offered.size > offeredBefore;
    this.#pauseMs = isNews ? 0 : Math.min(watchMs, 2 * this.#pauseMs + pollMs);
    this.#dueMs = clock.now() + this.#pauseMs;
  }

  async #offerTo(waiting: number): Promise<void> {
    const { shards, stage } = this.#options;
    await this.#readJournals();
    this.#finishedBefore ??= shards.finishedRecords;
    const earned = waiting + shards.finishedRecords - this.#finishedBefore - this.#offered.size;
    if (earned <= 0) return;
    const open = await this.#openItems();
    for (const header of tasksToOffer(itemsToOffer(open, earned), waiting, stage)) {
      if ((await this.#send(header)) === 'full') return;
    }
  }

  /** What is under way, as far as is known: a shard that is committed, or a chunk without a message, has nothing to take over. */
  async #openItems(): Promise<OpenItem[]> {
    const { dispatch, shards } = this.#options;
    const items: OpenItem[] = [];
    for (const { shard, ledger, unresolved, drives } of shards) {
      if (unresolved.size === 0) continue;
      const underWay = await dispatch.queued(shard);
      for (const chunk of unresolved) {
        if (!underWay.has(chunk)) continue;
        for (const index of ledger.missing(chunk)) {
          if (ledger.suspicions(index) > 0 || this.#offered.has(`${shard}:${index}`)) continue;
          items.push({ shard, chunk, index, drive: drives.get(chunk) ?? 1 });
        }
      }
    }
    return items;
  }

  async #readJournals(): Promise<void> {
    const { stage, shards } = this.#options;
    const partitions = new Set([...shards].map(({ shard }) => partitionOf(shard, stage.partitions)));
    for (const partition of partitions) await shards.readJournals(partition);
  }

  async #send(header: TaskHeader): Promise<'sent' | 'full'> {
    const { folder, dispatch, shards, onOffer } = this.#options;
    const { shard, chunk, only = [] } = header;
    const opened = shards.get(shard);
    if (!opened) return 'sent';
    const frame = await readFrame(folder, opened.ledger.entry, chunk);
    const items = only.map((index) => `${shard}:${index}`);
    // Before the answer, which may get lost.
    for (const item of items) this.#offered.add(item);
    const answer = await dispatch.publish({ header, frame });
    if (answer === 'full') for (const item of items) this.#offered.delete(item);
    if (answer === 'stored') onOffer(only.length);
    return answer === 'full' ? 'full' : 'sent';
  }
}
