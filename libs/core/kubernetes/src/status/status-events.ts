/**
 * What happened to a ScoringJob, as events on it: what changed from one status to the next. So an operator that was away tells what
 * changed meanwhile, once.
 */
import { type JobStatus, outcomesSetAside } from '@proofmill/contract';

export interface JobEvent {
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase, of a small set. */
  readonly reason: string;
  readonly message: string;
}

/** `before` is null for a job that has no status yet. */
export function eventsBetween(before: JobStatus | null, after: JobStatus): JobEvent[] {
  return [
    ...phaseEvents(before, after),
    ...stallEvents(before, after),
    ...refusalEvents(before, after),
    ...failureEvents(before, after),
    ...quarantineEvents(before, after),
  ];
}

function phaseEvents(before: JobStatus | null, after: JobStatus): JobEvent[] {
  const { phase, message } = after;
  if (before === null ? phase === 'Pending' : before.phase === phase) return [];
  const { reason: failure = phase } = after.conditions.find(({ type }) => type === 'Failed') ?? {};
  switch (phase) {
    case 'Succeeded':
      return [{ type: 'Normal', reason: 'Completed', message }];
    case 'Failed':
    case 'LimitReached':
      return [{ type: 'Warning', reason: failure, message }];
    case 'Pending':
      // Kueue has admitted it: what it does next is the event.
      if (before?.phase === 'Queued') return [];
      // From an end, or from a driver that will be run again.
      return [
        before?.phase === 'Suspended'
          ? { type: 'Normal', reason: 'Resumed', message }
          : { type: 'Warning', reason: 'Restarting', message },
      ];
    default:
      return [{ type: 'Normal', reason: phase, message }];
  }
}

function stallEvents(before: JobStatus | null, after: JobStatus): JobEvent[] {
  const [old, now] = [stallOf(before), stallOf(after)];
  if (now !== null && old?.reason !== now.reason) return [{ type: 'Warning', reason: 'Stalled', message: now.message }];
  const hasEnded = after.completionTime !== undefined;
  if (now !== null || old === null || hasEnded) return [];
  return [{ type: 'Normal', reason: 'Recovered', message: `no longer stalled: ${after.message}` }];
}

const stallOf = (status: JobStatus | null) =>
  status?.conditions.find(({ type, status: value }) => type === 'Stalled' && value === 'True') ?? null;

/** How the message of a refused change begins. */
export const refusedChange = 'the change is refused, and the job continues as it was: ';

function refusalEvents(before: JobStatus | null, { message }: JobStatus): JobEvent[] {
  if (!message.startsWith(refusedChange) || before?.message === message) return [];
  return [{ type: 'Warning', reason: 'ChangeRefused', message }];
}

/** The coordinator gives few sentences about many: one for a new reason, and for the tenth, hundredth, .. */
function quarantineEvents(before: JobStatus | null, { message }: JobStatus): JobEvent[] {
  if (!message.includes(outcomesSetAside) || before?.message === message) return [];
  return [{ type: 'Warning', reason: 'OutcomesQuarantined', message }];
}

/** Shares of the records with an outcome that have failed; the first failures of a job are chance. */
const failedShares = [0.01, 0.05, 0.25];
const fewestFailed = 10;

function failureEvents(before: JobStatus | null, after: JobStatus): JobEvent[] {
  const old = before?.stage === after.stage ? before : null;
  if (stepOf(after) <= stepOf(old)) return [];
  const { failed, done, stage } = after;
  const share = ((100 * failed) / done).toFixed(1);
  return [
    {
      type: 'Warning',
      reason: 'RecordsFailing',
      message: `${stage}: ${failed} of ${done} records have failed (${share} %)`,
    },
  ];
}

const stepOf = (status: JobStatus | null): number =>
  status === null || status.failed < fewestFailed
    ? 0
    : failedShares.filter((share) => status.failed >= share * status.done).length;
