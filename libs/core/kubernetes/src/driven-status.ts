/** What a driver says of its job. */
import type { JobStatus, KubernetesObject } from '@proofmill/contract';
import { conditionsOf } from './conditions.ts';
import { podOf } from './pod-fields.ts';
import type { Trouble } from './trouble.ts';

/** A stage that has begun. */
export interface StageProgress {
  readonly name: string;
  readonly run: string;
  readonly done: number;
  /** Null while the corpus is still being read. */
  readonly total: number | null;
  readonly failed: number;
}

/** Records that had an outcome at a time, on a clock that never jumps. */
export interface Sample {
  readonly atMs: number;
  readonly records: number;
}

export interface DrivenParts {
  readonly output: string;
  /** How many stages the job has. */
  readonly stageCount: number;
  /** Those that have begun, the one under way last. */
  readonly stages: readonly StageProgress[];
  readonly recordsPerSecond: number | null;
  /** Null where there are none now. */
  readonly workers: { readonly ready: number; readonly wanted: number } | null;
  readonly trouble: Trouble | null;
  /** What is told in the place of how far it is. */
  readonly notice: string | null;
  /** How the driver ended; null where it goes on. */
  readonly end: { readonly phase: JobStatus['phase']; readonly message: string } | null;
  /** What it said before: conditions know since when. */
  readonly before: JobStatus | null;
  /** The time, as RFC 3339. */
  readonly at: string;
}

export function drivenStatus(parts: DrivenParts): JobStatus {
  const { output, stages, recordsPerSecond, workers, trouble, end, before, at } = parts;
  const stage = stages.at(-1) ?? null;
  // Where there are to be workers, it runs, though the plan may not be whole.
  const isPlanning = stage === null || (workers === null && stage.total === null && stage.done === 0);
  const phase = end?.phase ?? (isPlanning ? 'Planning' : 'Running');
  const isUnderWay = end === null && phase === 'Running';
  const rate = isUnderWay ? recordsPerSecond : null;
  const left = stage?.total === null || stage === null ? null : stage.total - stage.done;
  const etaSeconds = rate !== null && rate > 0 && left !== null && left > 0 ? Math.ceil(left / rate) : null;
  const message = end?.message ?? trouble?.message ?? parts.notice ?? describe(parts);
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
    stages: stages.map(({ name, run, done, total, failed }) => ({ name, run, done, total, failed })),
    output,
    conditions: conditionsOf({ phase, message, stalled: end === null ? trouble : null, before, at }),
  };
}

function describe({ stages, stageCount }: DrivenParts): string {
  const stage = stages.at(-1);
  if (!stage) return 'the plan is being made';
  const { name, done, total } = stage;
  const place = stageCount > 1 ? ` (stage ${stages.length} of ${stageCount})` : '';
  return `${name}${place}: ${total === null ? `${done} records are done, the plan is being made` : `${done} of ${total} records are done`}`;
}

/** `3m20s`, `2h05m`, `12s` */
function shortTime(seconds: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)}m${two(seconds % 60)}s` : `${seconds}s`;
}

/** The rate is that of about the last half minute; null where too little is known. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < 500) return null;
  return Math.max(0, ((last.records - first.records) * 1000) / (last.atMs - first.atMs));
}

const windowMs = 30_000;

/**
 * The samples that count after this one, which is the latest. They begin with the first progress: how long pods took to start says
 * nothing of the rate.
 */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  if (samples[0]?.records === sample.records && samples.at(-1)?.records === sample.records) return [sample];
  return [...samples, sample].filter(
    ({ atMs }, index, all) => sample.atMs - atMs < windowMs || index >= all.length - 2,
  );
}

/** Workers of a stage whose containers all run, the engine among them. */
export const readyWorkers = (pods: readonly KubernetesObject[], stage: string): number =>
  pods.map(podOf).filter((pod) => pod.component === 'worker' && pod.stage === stage && pod.isReady && !pod.isGoing)
    .length;
