import type { Status } from '@proofmill/audit';
import { type RunReading, terminalLine } from '@proofmill/coordinator';
import { visible } from '@proofmill/stats';
import { table } from './table.ts';

const header = ['stage', 'phase', 'records done', 'planned', 'shards committed', 'planned', 'failed', 'tokens'];

/** How far a job is, as a table; with a bar, the rate and the time left where they have been measured. */
export function readableStatus({ job, complete, stages }: Status, reading: RunReading | null): string {
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
    `${visible(job)}: ${complete ? 'complete' : 'not complete'}`,
    table([header, ...rows]),
    ...(reading === null ? [] : ['', terminalLine(reading, Number.POSITIVE_INFINITY)]),
  ].join('\n');
}
