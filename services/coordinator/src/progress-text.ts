/** A reading of a run as people read it: with a bar on a terminal, as a plain line elsewhere. */
import type { WorkActivity } from '@proofmill/contract';
import { cutText, lengthOf, type Paint, unpainted } from '@proofmill/runtime';
import { duration } from './duration.ts';
import type { RunReading } from './run-meter.ts';

const barColumns = 20;

/** `label [####----]  40 %  8 of 20 records, 12 answers, 32 under way, 3.1 records/min, 4 min left, engine up`, in one line. */
export function terminalLine(reading: RunReading, columns: number, paint: Paint = unpainted): string {
  const { stage, records, total, failed, answers, trouble } = reading;
  const share = total === null || total === 0 ? null : Math.min(1, records / total);
  const parts: { readonly text: string; readonly meaning?: Parameters<Paint>[0] }[] = [
    { text: share === null ? `${stage}: ` : `${stage} ${barOf(share)} ${percent(share)}  ` },
    { text: countsOf(reading).join(', ') },
    ...(failed > 0 ? [{ text: `, ${failed} failed`, meaning: 'bad' as const }] : []),
    { text: `, ${speedOf(reading)}` },
    ...(trouble === null ? [] : [{ text: `, engine: ${trouble}`, meaning: 'bad' as const }]),
    ...(trouble === null && answers ? [{ text: ', engine up', meaning: 'good' as const }] : []),
  ];
  let left = columns;
  let line = '';
  for (const { text, meaning } of parts) {
    const shown = cutText(text, left);
    left -= lengthOf(shown);
    line += meaning === undefined ? shown : paint(meaning, shown);
  }
  return line;
}

/** `label: 8 of 20 records, 12 answers, 32 under way, 1 failed, 3.1 records/min, 4 min left` */
export function plainLine(reading: RunReading): string {
  const { stage, failed, trouble } = reading;
  return [
    `${stage}: ${countsOf(reading).join(', ')}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    speedOf(reading),
    ...(trouble === null ? [] : [`engine: ${trouble}`]),
  ].join(', ');
}

/** What was spent twice because idle workers took over items of others. */
export const takenOverText = (stage: string, { items, tokens }: WorkActivity['takenOver']): string =>
  `${stage}: ${items} items were taken over from slower workers; asking about them a second time took ${
    tokens === null ? 'tokens that the engine does not count' : `${tokens.toLocaleString('en')} tokens`
  }.`;

const countsOf = ({ records, total, answers, underWay }: RunReading): string[] => [
  `${records}${total === null ? '' : ` of ${total}`} records`,
  ...(answers === null ? [] : [`${answers} answers`]),
  ...(underWay === null ? [] : [`${underWay} under way`]),
];

/** The rate and the time left, or that they are not known. */
function speedOf({ records, total, recordsPerSecond, secondsLeft }: RunReading): string {
  if (records === total) return 'all have an outcome';
  if (recordsPerSecond === null) return 'rate not known yet';
  return `${rateText(recordsPerSecond)}, ${secondsLeft === null ? 'total not known yet' : `${duration(secondsLeft)} left`}`;
}

/** `120 records/s`, `3.1 records/s`, `12.0 records/min`, `2.5 records/h` */
function rateText(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond)} records/s`;
  if (perSecond >= 1) return `${perSecond.toFixed(1)} records/s`;
  const perMinute = perSecond * 60;
  return perMinute >= 1 ? `${perMinute.toFixed(1)} records/min` : `${(perMinute * 60).toFixed(1)} records/h`;
}

function barOf(share: number): string {
  const full = Math.floor(share * barColumns);
  return `[${'#'.repeat(full)}${'-'.repeat(barColumns - full)}]`;
}

/** Rounded down: 100 % is all. */
const percent = (share: number): string => `${String(Math.floor(share * 100)).padStart(3)} %`;
