/** A leaderboard as a picture: each output with its figure and interval, the best on top. */
import type { Comparison, Standing } from '../benchmarks/compare.ts';
import { grouped, percent } from '../format.ts';
import { dotWithWhiskers, room } from './panel.ts';
import { picture, type Theme } from './picture.ts';
import { element, escapeXml, line, text } from './svg.ts';

const axis = { left: 320, right: 560 };
const rowHeight = 28;
const top = 96;
const nameCharacters = 38;

/** What a row shows. */
export type Ranked = Pick<Standing, 'name' | 'value' | 'analytic'>;

export function leaderboardPicture(
  { leaderboard, metric, shared }: Pick<Comparison, 'metric' | 'shared'> & { readonly leaderboard: readonly Ranked[] },
  title: string,
  theme: Theme = 'light',
): string {
  const bottom = top + rowHeight * leaderboard.length;
  const height = bottom + 44;
  const subtitle = `${metric}, ${grouped(shared)} shared comparisons`;
  return picture({ title, subtitle, height, theme }, [
    text('whiskers: 95 % intervals', { x: room.right, y: 63, class: 'quiet end' }),
    ...grid(bottom),
    ...leaderboard.map((standing, index) => row(standing, top + rowHeight * (index + 0.5))),
  ]);
}

const at = (share: number): number => axis.left + Math.min(1, Math.max(0, share)) * (axis.right - axis.left);

function row({ name, value, analytic }: Ranked, y: number): string {
  const { low, high } = analytic ?? { low: value, high: value };
  const interval = `${(100 * low).toFixed(2)} to ${(100 * high).toFixed(2)} %`;
  const signs = Array.from(name);
  // The end of a long path says more than its beginning.
  const shown = signs.length <= nameCharacters ? name : `..${signs.slice(2 - nameCharacters).join('')}`;
  return element(
    'g',
    {},
    element('title', {}, escapeXml(`${name}: ${percent(value, 2)}, ${interval}`)),
    text(shown, { x: room.left, y: y + 5 }),
    ...dotWithWhiskers('x', y, { value: at(value), low: at(low), high: at(high) }),
    text(percent(value, 2), { x: 640, y: y + 5, class: 'strong end' }),
    text(interval, { x: room.right, y: y + 5, class: 'quiet end' }),
  );
}

const grid = (bottom: number): string[] =>
  [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(at(share), top - 8, at(share), bottom + 4, { class: 'grid' }),
    text(`${100 * share} %`, { x: at(share), y: bottom + 22, class: 'quiet middle' }),
  ]);
