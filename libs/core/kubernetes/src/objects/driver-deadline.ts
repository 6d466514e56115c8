/**
 * The deadline of a job, which the Job of its driver keeps: Kubernetes ends that Job in time, with an operator or without. A driver
 * that is recreated has what the earlier ones have left.
 */
import { type Job, kubernetesAnnotations } from '@proofmill/contract';
import type { JobState } from '../observed/job-state.ts';
import { secondsBetween } from '../observed/instant.ts';
import type { Fields } from './fields.ts';

export interface UsedDeadline {
  /** When the job became active (RFC 3339). */
  readonly startedAt: string;
  /** How long it has been since. */
  readonly seconds: number;
}

export const deadlineFields = ({ spec }: Job, used: UsedDeadline | undefined): Fields =>
  spec.activeDeadlineSeconds === undefined
    ? {}
    : { activeDeadlineSeconds: left(spec.activeDeadlineSeconds, used?.seconds ?? 0) };

export const deadlineAnnotations = (
  { spec }: Job,
  used: UsedDeadline | undefined,
): Readonly<Record<string, string>> => ({
  ...(spec.activeDeadlineSeconds === undefined
    ? {}
    : { [kubernetesAnnotations.deadline]: String(spec.activeDeadlineSeconds) }),
  ...(used === undefined ? {} : { [kubernetesAnnotations.startedAt]: used.startedAt }),
});

/** What has to change on the Job of a driver, so that it ends when the job says; null where nothing has to. */
export function deadlineChange({ spec }: Job, state: JobState): object | null {
  const { activeDeadlineSeconds: wanted = null } = spec;
  const { startTime, startedAt, secondsLeft, deadlineSeconds } = state;
  // The Job has not become active: its controller has yet to say when it does.
  const seconds = startTime === null || startedAt === null ? 0 : secondsBetween(startedAt, startTime);
  const wantedLeft = wanted === null ? null : left(wanted, seconds);
  if (deadlineSeconds === wanted && (startTime === null || secondsLeft === wantedLeft)) return null;
  const annotations = { [kubernetesAnnotations.deadline]: wanted === null ? null : String(wanted) };
  return { metadata: { annotations }, spec: { activeDeadlineSeconds: wantedLeft } };
}

/** A Job must have a second. */
const left = (deadline: number, used: number): number => Math.max(1, deadline - used);

/** Why a job whose deadline has passed is Failed. */
export const deadlineSentence = (seconds: number | null): string =>
  `the job was active for longer than its deadline${seconds === null ? '' : ` of ${seconds} s`} (activeDeadlineSeconds); what is labelled stays`;
