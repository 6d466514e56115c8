import type { Job, KubernetesObject } from '@proofmill/contract';
import { secondsBetween } from '../observed/instant.ts';
import { readStatus } from '../observed/read-status.ts';

/**
 * The seconds until `ttlSecondsAfterFinished` has passed, of an end that everybody could see: 0 where it has, null where the job has
 * none, or has not ended.
 */
export function secondsLeft({ status }: KubernetesObject, { spec }: Job, at: string): number | null {
  const { ttlSecondsAfterFinished: keptSeconds } = spec;
  const end = readStatus(status)?.completionTime;
  if (keptSeconds === undefined || end === undefined) return null;
  return Math.max(0, keptSeconds - secondsBetween(end, at));
}
