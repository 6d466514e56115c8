/** How the fleet of a job is dismissed: the workers are told that their stage is done, and then the streams are removed. */
import type { Clock, Dispatch, DoneSigner } from '@proofmill/contract';

/** How often the end of a stage is announced to a transport that does not answer. */
const announcements = 10;
const retryMs = 500;

/** The fleet of a stage: how it is reached, and what signs its dismissal; null where nothing can. */
export interface StageFleet {
  readonly dispatch: Dispatch;
  readonly signer: DoneSigner | null;
}

/**
 * Tells the workers of a stage that it is committed. Streams that were lost are created again for it: a worker without
 * streams waits for them, and would wait for ever. What cannot be signed is not said: the streams are removed, and workers end
 * when they have been without them for a while.
 */
export async function announceDone({ dispatch, signer }: StageFleet, clock: Clock, stop: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < announcements && !stop.aborted; attempt += 1) {
    try {
      if (!signer) return await dispatch.remove();
      await dispatch.open();
      return await dispatch.announceDone(signer);
    } catch {
      // Nothing in the transport is needed any more; workers that miss the news end by themselves, to be run again.
      await clock.sleep(retryMs, stop);
    }
  }
}

/** How many times as long the streams stay where workers still wait for tasks: on a busy machine they learn of the end late. */
const mostLingers = 10;

/** Removes the streams of a job that is done, once every worker has had time to learn of it. */
export async function removeStreams(
  fleets: readonly StageFleet[],
  clock: Clock,
  lingerMs: number,
  stop: AbortSignal,
): Promise<void> {
  await clock.sleep(lingerMs, stop);
  for (const { dispatch } of fleets) {
    for (let lingers = 1; lingers < mostLingers && lingerMs > 0 && !stop.aborted; lingers += 1) {
      const demand = await dispatch.demand().catch(() => null);
      if (demand === null || demand.waiting === 0) break;
      await clock.sleep(lingerMs, stop);
    }
  }
  for (const { dispatch } of fleets) await dispatch.remove().catch(() => undefined);
}
