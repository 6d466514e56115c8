/** Waits for the end of a job that was submitted, and says how it goes. */

import {
  type Clock,
  ConfigurationError,
  exitCodes,
  type JobStatus,
  type KubernetesApi,
  kubernetesNames,
  type ObjectRef,
  scoringJobs,
} from '@proofmill/contract';
import { jobStateOf, readStatus } from '@proofmill/kubernetes-objects';
import { turnsOf } from '../turns.ts';

export interface WaitOptions {
  readonly kubernetes: KubernetesApi;
  readonly job: string;
  /** It is a driver's Job, and there is no ScoringJob. */
  readonly isPlain: boolean;
  readonly clock: Clock;
  /** Called when something has changed. */
  readonly onStatus: (status: JobStatus) => void;
  readonly stop: AbortSignal;
}

const shortestMs = 500;
const longestMs = 15_000;
/** How long the API server may be away. */
const awayMs = 10 * 60_000;

/**
 * The exit code of the job: as `proofmill run` would end. Null when the signal fires before. ConfigurationError when the job is
 * removed; UnavailableError when the API server is away for too long.
 */
export async function waitForEnd(options: WaitOptions): Promise<number | null> {
  const { kubernetes, clock, isPlain, job, onStatus, stop } = options;
  const ref: ObjectRef = isPlain
    ? { apiVersion: 'batch/v1', kind: 'Job', name: kubernetesNames.driver(job) }
    : { apiVersion: scoringJobs.apiVersion, kind: scoringJobs.kind, name: job };
  let heardMs = clock.now();
  const watched = [{ kinds: [ref] }];
  for await (const _turn of turnsOf({ kubernetes, clock, watched, shortestMs, longestMs, stop })) {
    const seen = await look(kubernetes, ref, isPlain).catch((error: unknown) => {
      if (error instanceof ConfigurationError || clock.now() - heardMs > awayMs) throw error;
      return null;
    });
    if (seen === null) continue;
    heardMs = clock.now();
    if (seen.status !== null) onStatus(seen.status);
    if (seen.exitCode !== null) return seen.exitCode;
  }
  return null;
}

interface Seen {
  readonly status: JobStatus | null;
  readonly exitCode: number | null;
}

async function look(kubernetes: KubernetesApi, ref: ObjectRef, isPlain: boolean): Promise<Seen> {
  const object = await kubernetes.read(ref);
  if (object === null) throw new ConfigurationError(`${ref.kind} ${ref.name} was removed; its output stays`);
  if (!isPlain) {
    const status = readStatus(object.status);
    const isOld = status === null || (status.observedGeneration ?? 0) < (object.metadata.generation ?? 0);
    return isOld ? { status: null, exitCode: null } : { status, exitCode: exitCodeOfPhase(status.phase) };
  }
  const { end, said } = jobStateOf(object);
  if (end === null) return { status: said, exitCode: null };
  const failed = said?.phase === 'LimitReached' ? exitCodes.limitBroken : exitCodes.configuration;
  return { status: said, exitCode: end === 'succeeded' ? exitCodes.done : failed };
}

/** Only what cannot be mended by running it again ends a driver's Job: a bad job or configuration, and a limit. */
function exitCodeOfPhase(phase: JobStatus['phase']): number | null {
  if (phase === 'Succeeded') return exitCodes.done;
  if (phase === 'LimitReached') return exitCodes.limitBroken;
  return phase === 'Failed' ? exitCodes.configuration : null;
}
