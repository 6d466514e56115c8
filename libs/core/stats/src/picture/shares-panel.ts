/** Shares on one axis from 0 to 100 %, each with its interval; where one half is no preference, a mark at one half. */
import { grouped, shareCells } from '../format.ts';
import type { LabelHealth, Statistic } from '../label-health.ts';
import type { StatisticName } from '../meanings.ts';
import { dotWithWhiskers, type Panel, room } from './panel.ts';
import { element, escapeXml, line, text } from './svg.ts';

const axis = { left: 236, right: 560 };
const rowHeight = 28;
const groupGap = 12;

/** What is read together: how right and settled, what it leans to, what is lost. */
const groups: readonly (readonly StatisticName[])[] = [
  ['goldAccuracy', 'agreement'],
  ['positionBias', 'lengthBias'],
  ['orderFlips', 'ties', 'invalidAnswers', 'decidedByFirstJudge'],
];

/** One half is no preference. */
export const isPreference = ({ name }: Statistic): boolean => name === 'positionBias' || name === 'lengthBias';

export function sharesPanel({ statistics }: LabelHealth): Panel | null {
  const shown = groups
    .map((names) => names.flatMap((name) => statistics.filter((statistic) => statistic.name === name)))
    .filter((group) => group.length > 0);
  if (shown.length === 0) return null;
  const parts: string[] = [];
  const rules: string[] = [];
  let y = 0;
  for (const group of shown) {
    const top = y;
    for (const statistic of group) {
      rules.push(line(at(0), y + rowHeight / 2, at(1), y + rowHeight / 2, { class: 'grid' }));
      parts.push(row(asShare(statistic), y + rowHeight / 2));
      y += rowHeight;
    }
    if (group.some(isPreference)) parts.unshift(halfMark(top, y));
    y += groupGap;
  }
  const bottom = y - groupGap + 4;
  return { height: bottom + 18, parts: [...grid(bottom), ...rules, ...parts] };
}

const at = (share: number): number => axis.left + share * (axis.right - axis.left);

/** Every row is drawn as a share: a distance from one half is the share that it is the distance of. */
function asShare(statistic: Statistic): Statistic {
  if (statistic.kind === 'share') return statistic;
  const { value, low, high } = statistic;
  return { ...statistic, value: value + 0.5, low: low + 0.5, high: high + 0.5 };
}

function row(statistic: Statistic, y: number): string {
  const [value, interval] = shareCells(statistic);
  return element(
    'g',
    {},
    element(
      'title',
      {},
      escapeXml(`${statistic.title}: ${value} of ${grouped(statistic.n)} ${statistic.of}, ${interval}`),
    ),
    text(capitalised(statistic.title), { x: room.left, y: y + 5 }),
    ...dotWithWhiskers('x', y, { value: at(statistic.value), low: at(statistic.low), high: at(statistic.high) }),
    text(value, { x: 640, y: y + 5, class: 'strong end' }),
    text(interval, { x: room.right, y: y + 5, class: 'quiet end' }),
  );
}

const capitalised = (title: string): string => title.charAt(0).toUpperCase() + title.slice(1);

const halfMark = (top: number, bottom: number): string =>
  line(at(0.5), top + 2, at(0.5), bottom - 2, { class: 'reference' });

const grid = (bottom: number): string[] =>
  [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(at(share), 0, at(share), bottom, { class: 'grid' }),
    text(`${100 * share} %`, { x: at(share), y: bottom + 16, class: 'quiet middle' }),
  ]);
