import type { Status } from '@proofmill/audit';
import { allTokens, bounds, visible } from '@proofmill/contract';
import { type RunReading, terminalLine } from '@proofmill/coordinator';
import type { Holder, Paint } from '@proofmill/runtime';
import { costText } from '@proofmill/stats';
import { readableHolder } from '../exclusive-run.ts';
import { table } from './table.ts';

export interface ShownStatus extends Status {
  /** The output folder as the user named it. */
  readonly out: string;
  /** The run of this machine that works on the output now. */
  readonly run: Holder | null;
  /** What each stage has cost, those of generations last, where the job file with its prices is given; null where that is not known. */
  readonly costs?: readonly (number | null)[] | null;
}

const header = ['stage', 'phase', 'records done', 'planned', 'shards committed', 'planned', 'failed', 'tokens'];

/** How far a job is, as a table; with a bar, the rate and the time left where they have been measured. */
export function readableStatus(
  { job, out, complete, nothingMade, stages, generations, run, costs = null }: ShownStatus,
  reading: RunReading | null,
  paint: Paint,
): string {
  const shown = [
    ...stages.map((each) => ({ ...each, generation: 0 })),
    ...generations.flatMap(({ number, stages: later }) => later.map((each) => ({ ...each, generation: number }))),
  ];
  const rows = shown.map(({ generation, stage, phase, finished, records, committedShards, shards, totals }, index) => [
    generation === 0 ? stage : `${stage}, generation ${generation}`,
    phase,
    finished,
    records,
    committedShards,
    shards,
    totals.failed,
    allTokens(totals.tokens) ?? 'not counted',
    ...(costs ? [costs[index] === null || costs[index] === undefined ? 'unknown' : costText(costs[index])] : []),
  ]);
  return [
    `${visible(job)}: ${stateOf({ complete, nothingMade, run }, paint)}${openIn(generations, out)}`,
    table([[...header, ...(costs ? ['cost'] : [])], ...rows]),
    ...shown.flatMap(refusedIn),
    ...(reading === null ? [] : ['', terminalLine(reading, Number.POSITIVE_INFINITY, paint)]),
  ].join('\n');
}

/** What collectors have refused of a stage that is not complete. */
const refusedIn = ({ stage, refused }: Status['stages'][number]): string[] =>
  refused === 0
    ? []
    : [
        `stage ${stage}: collectors refuse outcomes of ${refused} ${refused === 1 ? 'record' : 'records'}; each of them fails after ${bounds.refusals}. Workers and collectors may be of different versions.`,
      ];

/** The generation that is not complete, where there is one. */
function openIn(generations: Status['generations'], out: string): string {
  const open = generations.find(({ complete }) => !complete);
  if (!open) return '';
  const resume = open.kind === 'retry' ? `\`proofmill retry ${out}\`` : '`proofmill run` with the larger corpus.limit';
  return `; generation ${open.number} is not complete: resume it with ${resume}`;
}

function stateOf({ complete, nothingMade, run }: Pick<ShownStatus, 'complete' | 'nothingMade' | 'run'>, paint: Paint) {
  if (nothingMade !== null) return paint('bad', nothingMade);
  return complete ? paint('good', 'complete') : `not complete; ${runOn(run)}`;
}

const runOn = (run: Holder | null): string =>
  run === null
    ? 'no `proofmill run` on this machine is working on it'
    : `a run on this machine is working on it (${readableHolder(run)})`;
