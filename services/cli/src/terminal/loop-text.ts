/** A loop, as a person reads it in a terminal. */
import { type RoundFile, visible } from '@proofmill/contract';
import type { RoundCounts, Size } from '@proofmill/rounds';
import { grouped } from '@proofmill/stats';
import type { FoundRound } from '@proofmill/training';
import type { PlannedLoop } from '../loop/plan-loop.ts';
import { table } from './table.ts';

/** What a loop asks for. */
export function loopPlanText({ file, sizes, rounds }: PlannedLoop): string {
  const { loop } = file;
  const { start, batch, evaluations, rationales } = loop.spec;
  const known = [
    ...(rationales ? [['rationales', sizes.rationales] as const] : []),
    ...(start.judge ? [['start.judge', sizes.start] as const] : []),
    ...(batch ? [['batch', sizes.batch ?? { items: batch.items, by: 'batch.items' as const }] as const] : []),
    ...(batch?.gold ? [['batch.gold', sizes.gold] as const] : []),
    ...evaluations.map(({ name }) => [`evaluation ${name}`, sizes.evaluations[name] ?? null] as const),
  ];
  return [
    `${loop.metadata.name}: round 0, ${rounds.filter(({ round }) => round.step === 'round').length} rounds${loop.spec.final ? ', and a last fine-tuning' : ''}`,
    table([['corpus', 'records', ''], ...known.map(([name, size]) => [name, ...sizeCells(size)])]),
    table([
      ['round', 'pairs', 'judge answers', 'proofs', 'scorings', 'training rows', 'evaluation answers'],
      ...rounds.map(roundCells),
    ]),
    'At most: every label kept, every answer readable, no vote saved by stopping early, two responses for each pair. A scoring is one text whose likelihood is asked for: each proof with its label, and alone.',
  ].join('\n\n');
}

interface Declared {
  readonly items: number;
  readonly by: 'batch.items';
}

const sizeCells = (size: Size | Declared | null): [string, string] =>
  size === null
    ? ['unknown', 'not on this machine, and its limit says nothing']
    : [grouped(size.items), meanings[size.by]];

const meanings = {
  reading: 'counted',
  declared: 'declared by its limit',
  'batch.items': 'for each round, declared by batch.items: the corpus is not on this machine',
} as const;

const roundCells = ({
  round,
  pairs,
  judgeAnswers,
  proofs,
  scorings,
  trainingRows,
  evaluationAnswers,
}: RoundCounts): string[] => [
  round.step === 'final' ? 'final' : String(round.number),
  ...[pairs, judgeAnswers, proofs, scorings, trainingRows, evaluationAnswers].map((count) =>
    count === null ? 'unknown' : grouped(count),
  ),
];

/** How far a loop is. */
export function loopStatusText(out: string, rounds: readonly FoundRound[]): string {
  const names = [...new Set(rounds.flatMap(({ file }) => file?.evaluations.map(({ name }) => name) ?? []))];
  const rows = rounds.map(({ folder, file, begun }) =>
    file
      ? [folder, ...countCells(file), ...names.map((name) => figureText(file, name)), gateText(file)]
      : [folder, '', '', '', ...names.map(() => ''), `under way: ${begun.join(', ')}`],
  );
  return [
    visible(out),
    rows.length === 0
      ? 'no round has begun'
      : table([['round', 'labelled', 'kept', 'training rows', ...names.map(visible), 'gate'], ...rows]),
  ].join('\n\n');
}

const countCells = ({ labels, trainingSet }: RoundFile): string[] => [
  labels ? grouped(labels.labelled) : '-',
  labels ? grouped(labels.kept) : '-',
  trainingSet ? grouped(trainingSet.rows) : '-',
];

function figureText({ evaluations }: RoundFile, name: string): string {
  const found = evaluations.find((each) => each.name === name);
  if (!found) return '-';
  const { value, interval } = found;
  const range = interval ? ` (${(100 * interval.low).toFixed(2)} to ${(100 * interval.high).toFixed(2)})` : '';
  return `${(100 * value).toFixed(2)} %${range}`;
}

const gateText = ({ gate }: RoundFile): string =>
  gate === null ? 'none' : `${gate.passed ? 'passed' : 'failed'}: ${visible(gate.why)}`;
