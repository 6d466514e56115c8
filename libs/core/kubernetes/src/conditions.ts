/** The conditions of a job: what `kubectl wait` waits for. */
import type { JobCondition, JobStatus } from '@proofmill/contract';
import type { Trouble } from './trouble.ts';

interface ConditionParts {
  readonly phase: JobStatus['phase'];
  readonly message: string;
  /** What keeps pods from running. */
  readonly stalled: Trouble | null;
  /** What was said before: it knows since when. */
  readonly before: JobStatus | null;
  /** The time, as RFC 3339. */
  readonly at: string;
}

export function conditionsOf({ phase, message, stalled, before, at }: ConditionParts): JobCondition[] {
  const wanted = [
    { type: 'Complete', isTrue: phase === 'Succeeded', reason: phase, said: message },
    { type: 'Failed', isTrue: phase === 'Failed' || phase === 'LimitReached', reason: phase, said: message },
    { type: 'Suspended', isTrue: phase === 'Suspended', reason: phase, said: message },
    {
      type: 'Stalled',
      isTrue: stalled !== null,
      reason: stalled?.reason ?? 'AsExpected',
      said: stalled?.message ?? '',
    },
  ] as const;
  return wanted.map(({ type, isTrue, reason, said }) => {
    const status = isTrue ? 'True' : 'False';
    const old = before?.conditions.find((one) => one.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : at;
    return { type, status, reason, message: isTrue ? said : '', lastTransitionTime };
  });
}
