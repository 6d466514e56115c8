/** ROUNDS.md: how good the judge of each round is, what became of the rows, and what it took. */
import type { RoundFile, Tokens } from '@proofmill/contract';
import { grouped, percent, shareCells } from '../format.ts';
import { codeOf, markdownTable } from '../markdown.ts';
import { evaluationNames, judgesOf, type Rounds, roundName } from './rounds.ts';

const pictureName = (evaluation: string): string => `ROUNDS-${evaluation}.svg`;

/** File of each picture of the page -> the evaluation that it shows. */
export const pictureNames = (rounds: Rounds): ReadonlyMap<string, string> =>
  new Map(evaluationNames(rounds).map((name) => [pictureName(name), name]));

/** The page; its pictures are files beside it. */
export function roundsPage(rounds: Rounds): string {
  const [first] = rounds.rounds;
  const sections = [
    `# Rounds${first ? ` of ${codeOf(first.loop)}` : ''}`,
    ...[...pictureNames(rounds)].map(([file, name]) => `![${name}, by round](${file})`),
    ...qualitySection(rounds),
    ...rowsSection(rounds.rounds),
    ...tokensSection(rounds.rounds),
    ...minutesSection(rounds),
  ];
  return `${sections.join('\n\n')}\n`;
}

function qualitySection(rounds: Rounds): string[] {
  const rows = judgesOf(rounds).flatMap(({ name, evaluations }) =>
    evaluations.map((each) => {
      const { value, interval, comparisons } = each;
      const [share, between] = interval ? shareCells({ value, ...interval, n: comparisons }) : [percent(value), 'none'];
      return [
        name,
        codeOf(each.name),
        share,
        between,
        gain(rounds, name, each),
        grouped(comparisons),
        each.withoutLabel,
      ];
    }),
  );
  const header = ['judge', 'evaluation', 'right', '95 % interval', 'since the judge before', 'comparisons', 'no label'];
  return [
    '## Quality',
    markdownTable(header, rows, ['left', 'left', 'right', 'right', 'right', 'right', 'right']),
    ...gainsOf(rounds),
    'The intervals are clustered by prompt. Judges answer about the same pairs, so a difference between two of them is more certain than their intervals suggest.',
  ];
}

/** What gold labels taught, in round 0, and what the judge's own labels have added since. */
function gainsOf({ rounds }: Rounds): string[] {
  const [start] = rounds;
  const last = rounds.findLast(({ step }) => step !== 'final');
  if (start?.step !== 'start' || start.training === null || !last || last === start) return [];
  return start.evaluations.flatMap(({ name, value }) => {
    const [before, after] = [start.referenceEvaluations, last.evaluations].map(
      (evaluations) => evaluations.find((each) => each.name === name)?.value,
    );
    if (after === undefined) return [];
    const gained = before === undefined ? '' : `Round 0, on gold labels: ${points(value - before)}. `;
    return [`${codeOf(name)}: ${gained}All that came after it, on unlabelled pairs: ${points(after - value)}.`];
  });
}

/** In points; nothing for the first judge. */
function gain(rounds: Rounds, name: string, each: { readonly name: string; readonly value: number }): string {
  const judged = judgesOf(rounds);
  const before = judged[judged.findIndex((judge) => judge.name === name) - 1];
  const earlier = before?.evaluations.find((evaluation) => evaluation.name === each.name);
  if (!earlier) return '';
  return points(each.value - earlier.value);
}

const points = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)} points`;

function rowsSection(rounds: readonly RoundFile[]): string[] {
  const rows = rounds.flatMap((round) => (round.labels ? [rowOf(round, round.labels)] : []));
  if (rows.length === 0) return [];
  const [header, alignments] = [rowColumns.map(([name]) => name), rowColumns.map(([, side]) => side)];
  return [
    '## Rows',
    markdownTable(header, rows, alignments),
    'Held out are rows with a gold label, which nobody trains on. The training set is that of all rounds so far.',
  ];
}

const rowColumns = [
  ['round', 'left'],
  ['records', 'right'],
  ['failed', 'right'],
  ['labelled', 'right'],
  ['not kept', 'left'],
  ['kept', 'right'],
  ['proved', 'right'],
  ['held out: wrong', 'right'],
  ['held out and kept: wrong', 'right'],
  ['training set', 'right'],
] as const;

function rowOf(round: RoundFile, labels: NonNullable<RoundFile['labels']>): string[] {
  const { heldOut, trainingSet } = round;
  const reasons = Object.entries(labels.notKeptByReason).map(([reason, count]) => `${grouped(count)} ${reason}`);
  const wrong = (share: { rows: number; wrong: number } | undefined): string =>
    share && share.rows > 0 ? `${grouped(share.wrong)} of ${grouped(share.rows)}` : '';
  return [
    roundName(round),
    ...[labels.records, labels.failed, labels.labelled].map(grouped),
    reasons.join(', '),
    ...[labels.kept, labels.proved].map(grouped),
    ...[wrong(heldOut?.all), wrong(heldOut?.kept)],
    trainingSet ? grouped(trainingSet.rows) : '',
  ];
}

function tokensSection(rounds: readonly RoundFile[]): string[] {
  const rows = rounds.flatMap((round) => [
    ...(round.labels?.tokens ?? []).map(({ stage, ...tokens }) => [
      roundName(round),
      codeOf(stage),
      ...counted(tokens),
    ]),
    ...(round.heldOut ? [[roundName(round), 'label held out', ...counted(round.heldOut.tokens)]] : []),
    ...round.referenceEvaluations.map(({ name, tokens }) => [
      roundName(round),
      `evaluate the reference, ${codeOf(name)}`,
      ...counted(tokens),
    ]),
    ...round.evaluations.map(({ name, tokens }) => [roundName(round), `evaluate ${codeOf(name)}`, ...counted(tokens)]),
  ]);
  if (rows.length === 0) return [];
  const header = ['round', 'asked for', 'prompt', 'completion'];
  return ['## Tokens', markdownTable(header, rows, ['left', 'left', 'right', 'right'])];
}

const counted = ({ prompt, completion }: Tokens): string[] =>
  [prompt, completion].map((count) => (count === null ? 'not counted' : grouped(count)));

function minutesSection({ rounds, minutes }: Rounds): string[] {
  const rows = rounds.flatMap((round) =>
    [...(minutes.get(round.round) ?? [])].map(([step, taken]) => [roundName(round), codeOf(step), taken.toFixed(1)]),
  );
  if (rows.length === 0) return [];
  const sum = [...minutes.values()].flatMap((steps) => [...steps.values()]).reduce((total, taken) => total + taken, 0);
  return [
    '## Minutes',
    markdownTable(['round', 'step', 'minutes'], rows, ['left', 'left', 'right']),
    `Together ${sum.toFixed(1)}, on the machine of this loop. Of a step that was interrupted, the time of its last attempt counts.`,
  ];
}
