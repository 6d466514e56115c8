import type { Status } from '@proofmill/audit';
import { type RunReading, terminalLine } from '@proofmill/coordinator';
import type { Holder, Paint } from '@proofmill/runtime';
import { visible } from '@proofmill/stats';
import { readableHolder } from '../exclusive-run.ts';
import { table } from './table.ts';

export interface ShownStatus extends Status {
  /** The run of this machine that works on the output now. */
  readonly run: Holder | null;
}

const header = ['stage', 'phase', 'records done', 'planned', 'shards committed', 'planned', 'failed', 'tokens'];

/** How far a job is, as a table; with a bar, the rate and the time left where they have been measured. */
export function readableStatus(
  { job, complete, stages, run }: ShownStatus,
  reading: RunReading | null,
  paint: Paint,
): string {
  const rows = stages.map(({ stage, phase, finished, records, committedShards, shards, totals }) => [
    stage,
    phase,
    finished,
    records,
    committedShards,
    shards,
    totals.failed,
    totals.tokens.prompt + totals.tokens.completion,
  ]);
  return [
    `${visible(job)}: ${complete ? paint('good', 'complete') : `not complete; ${runOn(run)}`}`,
    table([header, ...rows]),
    ...(reading === null ? [] : ['', terminalLine(reading, Number.POSITIVE_INFINITY, paint)]),
  ].join('\n');
}

const runOn = (run: Holder | null): string =>
  run === null
    ? 'no `proofmill run` of this machine is working on it'
    : `a run of this machine is working on it (${readableHolder(run)})`;
