/** The conditions of a job, which `kubectl wait` waits for. */
import type { JobCondition, JobStatus } from '@proofmill/contract';
import type { Trouble } from '../observed/trouble.ts';

interface ConditionParts {
  readonly phase: JobStatus['phase'];
  readonly message: string;
  /** Why the job failed, as one word in CamelCase. Default: the phase. */
  readonly failure?: string | undefined;
  /** What keeps pods from running. */
  readonly stalled: Trouble | null;
  /** The status until now: a condition that does not change keeps its transition time, and one of another writer stays. */
  readonly before: JobStatus | null;
  /** The time, as RFC 3339. */
  readonly at: string;
}

export function conditionsOf({ phase, message, failure, stalled, before, at }: ConditionParts): JobCondition[] {
  const wanted = [
    { type: 'Complete', isTrue: phase === 'Succeeded', reason: phase, message },
    { type: 'Failed', isTrue: phase === 'Failed' || phase === 'LimitReached', reason: failure ?? phase, message },
    { type: 'Suspended', isTrue: phase === 'Suspended', reason: phase, message },
    { type: 'Queued', isTrue: phase === 'Queued', reason: phase, message },
    {
      type: 'Stalled',
      isTrue: stalled !== null,
      reason: stalled?.reason ?? 'AsExpected',
      message: stalled?.message ?? '',
    },
  ] as const;
  const others = (before?.conditions ?? []).filter(({ type }) => !wanted.some((own) => own.type === type));
  const oldOf = (type: string): JobCondition | undefined =>
    before?.conditions.find((condition) => condition.type === type);
  // A definition of an earlier version knows no such condition, and would refuse the whole status of every job.
  const known = wanted.filter(({ type, isTrue }) => type !== 'Queued' || isTrue || oldOf(type) !== undefined);
  const own = known.map(({ type, isTrue, reason, message: whenTrue }) => {
    const status = isTrue ? 'True' : 'False';
    const old = oldOf(type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : at;
    return { type, status, reason, message: isTrue ? whenTrue : '', lastTransitionTime };
  });
  return [...own, ...others];
}
