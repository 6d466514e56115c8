/**
 * The intake of a worker: one task at a time, while there is room for one.
 *
 *   full      enough is under way: waits until that may be so no longer
 *   pulling   takes a task, reads it and begins it; a damaged one is dropped
 *   outage    the transport is away: pulls again and again, until it is back or was away too long
 *   leaving   nothing is under way or was to be taken for a while, and the worker may leave (idleness.ts): ends
 */
import {
  type Chance,
  type Clock,
  isTemporary,
  outageOf,
  type TaskDelivery,
  type TaskSource,
} from '@proofmill/contract';
import type { HeldTasks } from './held-tasks.ts';
import { idlenessOf } from './idleness.ts';
import type { TaskReader } from './task-reader.ts';
import type { TasksUnderWay } from './tasks-under-way.ts';
import type { WorkTimes } from './work-options.ts';

/** Streams appear a moment after the workers of a stage: a shorter outage is not worth a sentence. */
const reportAfterMs = 5000;

/** Between two pulls in an outage, on average. */
const outagePollMs = 1000;

/** How long a task that is for another worker stays away, on average: that one waits for it already. */
const forAnotherMs = 300;

export interface IntakeOptions {
  readonly tasks: TaskSource;
  readonly reader: TaskReader;
  readonly held: HeldTasks;
  readonly underWay: TasksUnderWay;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly times: WorkTimes;
  readonly mayLeave: () => Promise<boolean>;
  readonly onTrouble: (sentence: string) => void;
  /** Fires to stop taking tasks. */
  readonly intake: AbortSignal;
}

/**
 * Takes tasks until the run is done (`done`), nothing is left for this worker (`left`) or `intake` fires (`stopped`). Rejects when the
 * transport was away too long.
 */
export async function takeTasks(options: IntakeOptions): Promise<'done' | 'left' | 'stopped'> {
  const { tasks, underWay, clock, chance, times, onTrouble, intake } = options;
  const isLeaving = idlenessOf(options);
  const outage = outageOf({ longestMs: times.transportDownMs, reportAfterMs });
  while (!intake.aborted) {
    if (underWay.isFull) {
      await underWay.nextChange();
      continue;
    }
    try {
      const pulled = await tasks.pull(1, intake);
      outage.succeeded();
      if (pulled === 'done') return 'done';
      for (const delivery of pulled) await take(delivery, options);
      if (await isLeaving(pulled.length > 0 || !underWay.isIdle)) return 'left';
    } catch (error) {
      if (intake.aborted) break;
      if (!isTemporary(error)) throw error;
      const verdict = outage.failed(clock.now());
      if (verdict === 'give up') throw error;
      if (verdict === 'report') onTrouble(`waiting for tasks, and trying again: ${error.message}`);
      await clock.sleep(outagePollMs * (0.5 + chance()), intake);
    }
  }
  return 'stopped';
}

async function take(delivery: TaskDelivery, options: IntakeOptions): Promise<void> {
  const { reader, held, underWay, chance, intake } = options;
  const { shard, takeOver } = delivery.header;
  held.add(delivery);
  if (intake.aborted) return held.release(delivery);
  const items = await reader.read(delivery);
  if (items === 'damaged') return held.drop(delivery);
  if (!takeOver) return underWay.begin(delivery, items);
  const known = items.map(({ index }) => underWay.knows(shard, index));
  const others = items.filter((_, position) => known[position] === 'nothing');
  if (others.length > 0) return underWay.begin(delivery, others);
  // A worker has nothing to take over from itself.
  if (known.includes('under way')) return held.release(delivery, forAnotherMs * (0.5 + chance()));
  await held.drop(delivery);
}
