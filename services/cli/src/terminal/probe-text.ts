/** What a probe has found, and what the whole job will take, for a person to read. */
import type { Job } from '@proofmill/contract';
import { duration } from '@proofmill/coordinator';
import type { Measured, ReplyCounts } from '@proofmill/judge';
import {
  costText,
  type Expected,
  failureLines,
  type Forecast,
  grouped,
  shareCells,
  shareOf,
  type Span,
} from '@proofmill/stats';
import type { ProbeReport, StageReport } from '../forecasting.ts';
import { assumptionLines, type ShownProbe } from './probe-assumptions.ts';
import { table } from './table.ts';

export function probeText(shown: ShownProbe): string {
  const { report, job } = shown;
  const { items, population, stages, seed } = report;
  return [
    `asked about ${counted(items, 'item')} of ${grouped(population.items)}, drawn from the whole corpus with seed ${seed}`,
    ...stages.flatMap((stage) => ['', ...stageLines(stage)]),
    '',
    `the whole job, ${counted(population.items, 'item')}`,
    ...(stages.length > 1 ? stages.flatMap((stage) => [`stage ${stage.stage}`, totalsTable(stage.forecast)]) : []),
    ...(stages.length > 1 ? ['all stages'] : []),
    totalsTable(report.job),
    ...limitLines(job, report),
    '',
    'what this is based on',
    ...assumptionLines(shown).map((line) => `- ${line}`),
  ].join('\n');
}

const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

function stageLines(stage: StageReport): string[] {
  const { asked, replies, failed, notKept, kept, labelled, tied, lost, byFirst, kind } = stage;
  if (asked === 0) return [`stage ${stage.stage}: none of the drawn items reaches it`];
  const outcomes = [
    kind === 'label' ? `${labelled} labelled` : `${kept} proved`,
    ...(kind === 'label' && tied > 0 ? [`${tied} of them ties`] : []),
    ...(kind === 'label' && kept < labelled ? [`${kept} kept`] : []),
    ...(byFirst === null ? [] : [`${byFirst} decided by the first judge alone`]),
    ...(lost > 0 ? [`${lost} left out, as the engine died with them`] : []),
  ];
  const reasons = Object.entries(notKept).map(([reason, count]) => `${reason} ${count}`);
  return [
    `stage ${stage.stage}: ${counted(asked, 'item')} in ${duration(stage.seconds)}, ${outcomes.join(', ')}`,
    table([
      ['', 'requests', 'answers', 'unreadable', 'prompt tokens a request', 'completion tokens an answer'],
      ...replies.map(replyCells),
    ])
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n'),
    ...replies.flatMap(({ judge, whyUnreadable }) =>
      whyUnreadable === '' ? [] : [`  unreadable answers of ${judge}: ${whyUnreadable}`],
    ),
    ...(reasons.length > 0 ? [`  not kept, by reason: ${reasons.join(', ')}`] : []),
    ...(failed.length > 0 ? ['  failed:', ...failureLines(failed).map((line) => `    ${line}`)] : []),
    ...speedLines(stage),
  ];
}

const kinds: Readonly<Record<ReplyCounts['kind'], string>> = {
  chat: '',
  score: '',
  logprobs: ', likelihoods of given texts',
  tokens: ', tokens of given texts',
};

const replyCells = ({ judge, kind, ...counts }: ReplyCounts): (string | number)[] => [
  `${judge}${kinds[kind]}`,
  counts.requests,
  counts.answers,
  counts.unreadable,
  kind === 'tokens' ? '' : measuredText(counts.promptTokens),
  kind === 'chat' ? measuredText(counts.completionTokens) : '',
];

/** `412 (120 to 1,320)` */
const measuredText = (measured: Measured | null): string =>
  measured === null
    ? 'not counted'
    : `${grouped(Math.round(measured.mean))} (${grouped(Math.round(measured.least))} to ${grouped(Math.round(measured.most))})`;

function speedLines({ replies, asked, seconds, inFlight, slots }: StageReport): string[] {
  const answers = replies.reduce((sum, each) => sum + each.answers, 0);
  if (answers === 0 || seconds === 0) return [];
  const tokens = replies.reduce((sum, each) => sum + (each.completionTokens?.mean ?? 0) * each.answers, 0);
  return [
    `  ${(answers / asked).toFixed(1)} answers an item; ${significant(answers / seconds)} answers and ${significant(tokens / seconds)} completion tokens a second, with ${inFlight.toFixed(1)} of ${slots} answers in flight`,
  ];
}

/** Three digits, in full. */
const significant = (value: number): string => {
  const rounded = Number(value.toPrecision(3));
  return rounded >= 100 ? grouped(Math.round(rounded)) : String(rounded);
};

function totalsTable(forecast: Forecast): string {
  const quantity = (name: string, expected: Expected | null, text = significant): string[] =>
    expected === null ? [`  ${name}`, 'not known'] : [`  ${name}`, text(expected.value), ...rangeCells(expected, text)];
  return table([
    ['', 'expected', 'from', 'to'],
    quantity('requests', forecast.requests),
    quantity('answers', forecast.answers),
    quantity('prompt tokens', forecast.promptTokens),
    quantity('completion tokens', forecast.completionTokens),
    quantity('tokens', forecast.tokens),
    quantity('cost', forecast.cost, costText),
    spanCells('GPU-hours', forecast.gpuHours, significant),
    spanCells('time', forecast.seconds, duration),
  ]);
}

const rangeCells = ({ low, high }: Expected, text: (value: number) => string): string[] =>
  low === null || high === null ? ['one item', 'gives none'] : [text(low), text(high)];

/** Between the two ends nothing is likelier. */
const spanCells = (name: string, span: Span | null, text: (value: number) => string): string[] =>
  span === null ? [`  ${name}`, 'not known'] : [`  ${name}`, '', text(span.fast), text(span.slow)];

/** What share of the job's limits is expected. */
function limitLines({ spec: { limits } }: Job, { job, stages, items }: ProbeReport): string[] {
  const { maxTokens, maxCost, maxFailedShare } = limits;
  const failed = stages.reduce((sum, stage) => sum + (stage.kind === 'label' ? stage.asked - stage.labelled : 0), 0);
  const share = shareOf(failed, items);
  const failures = share && (failed > 0 || maxFailedShare < 1) ? shareCells(share) : null;
  return [
    ...(maxTokens === undefined ? [] : [limitLine('limits.maxTokens', maxTokens, job.tokens)]),
    ...(maxCost === undefined ? [] : [limitLine('limits.maxCost', maxCost, job.cost)]),
    ...(failures
      ? [
          `without a label: ${failures[0]} of the items, ${failures[1]}; limits.maxFailedShare allows ${significant(100 * maxFailedShare)} % of the records`,
        ]
      : []),
  ];
}

function limitLine(name: string, limit: number, expected: Expected | null): string {
  if (expected === null) return `${name}, ${limit}: not known what share of it; a run stops where it cannot count`;
  const { value, low, high } = expected;
  const percent = (part: number): string => `${significant((100 * part) / limit)} %`;
  const range = low === null || high === null ? '' : `, ${percent(low)} to ${percent(high)}`;
  const end =
    (low ?? value) >= limit ? ': the job will stop at it' : (high ?? value) >= limit ? ': the job may stop at it' : '';
  return `${percent(value)} of ${name} (${limit})${range}${end}`;
}
