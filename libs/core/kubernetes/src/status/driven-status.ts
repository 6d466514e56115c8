/** The status that a driver reports of its job. */
import type { JobStatus } from '@proofmill/contract';
import type { FleetView } from '../observed/fleet-view.ts';
import { conditionsOf } from './conditions.ts';

/** A stage that has begun. */
export interface StageProgress {
  readonly name: string;
  readonly run: string;
  readonly done: number;
  /** Null while the corpus is still being read. */
  readonly total: number | null;
  readonly failed: number;
}

export interface DrivenParts extends FleetView {
  readonly output: string;
  /** How many stages the job has. */
  readonly stageCount: number;
  /** The stages that have begun, the one under way last. */
  readonly stages: readonly StageProgress[];
  readonly recordsPerSecond: number | null;
  /** A sentence to report in place of the progress. */
  readonly notice: string | null;
  /** How the driver ended; null while it runs. */
  readonly end: { readonly phase: JobStatus['phase']; readonly message: string } | null;
  /** The status that it reported before, whose conditions hold their transition times. */
  readonly before: JobStatus | null;
  /** The time, as RFC 3339. */
  readonly at: string;
}

export function drivenStatus(parts: DrivenParts): JobStatus {
  const { output, stages, recordsPerSecond, workers, trouble, waiting, ahead, end, before, at } = parts;
  const stage = stages.at(-1) ?? null;
  // A stage with workers is running, even while the rest of its plan is still being written.
  const isPlanning = stage === null || (workers === null && stage.total === null && stage.done === 0);
  const phase = end?.phase ?? (waiting !== null ? 'Queued' : isPlanning ? 'Planning' : 'Running');
  const isUnderWay = end === null && phase === 'Running';
  const rate = isUnderWay ? recordsPerSecond : null;
  const left = stage?.total === null || stage === null ? null : stage.total - stage.done;
  const etaSeconds = rate !== null && rate > 0 && left !== null && left > 0 ? Math.ceil(left / rate) : null;
  const message = end?.message ?? trouble?.message ?? waiting ?? ahead ?? parts.notice ?? progressSentence(parts);
  return {
    phase,
    message,
    stage: stage?.name ?? null,
    done: stage?.done ?? 0,
    total: stage?.total ?? null,
    failed: stage?.failed ?? 0,
    recordsPerSecond: rate === null ? null : Math.round(rate * 10) / 10,
    rate: rate === null ? '' : `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`,
    etaSeconds,
    eta: etaSeconds === null ? '' : shortTime(etaSeconds),
    workers: workers === null ? '' : `${workers.ready}/${workers.wanted}`,
    replicas: workers?.existing ?? 0,
    stages: stages.map(({ name, run, done, total, failed }) => ({ name, run, done, total, failed })),
    output,
    conditions: conditionsOf({ phase, message, stalled: end === null ? trouble : null, before, at }),
  };
}

/** The status of a driver that ended before it could read its job. */
export const startFailureStatus = (end: DrivenParts['end'], at: string): JobStatus =>
  drivenStatus({
    output: '',
    stageCount: 0,
    stages: [],
    recordsPerSecond: null,
    workers: null,
    trouble: null,
    waiting: null,
    ahead: null,
    notice: null,
    end,
    before: null,
    at,
  });

function progressSentence({ stages, stageCount }: DrivenParts): string {
  const stage = stages.at(-1);
  if (!stage) return 'the plan is being written';
  const { name, done, total } = stage;
  const place = stageCount > 1 ? ` (stage ${stages.length} of ${stageCount})` : '';
  const progress =
    total === null ? `${done} records are done, the plan is being written` : `${done} of ${total} records are done`;
  return `${name}${place}: ${progress}`;
}

/** `3m20s`, `2h05m`, `12s` */
function shortTime(seconds: number): string {
  const twoDigits = (number: number): string => String(number).padStart(2, '0');
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h${twoDigits(Math.floor((seconds % 3600) / 60))}m`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)}m${twoDigits(seconds % 60)}s` : `${seconds}s`;
}
