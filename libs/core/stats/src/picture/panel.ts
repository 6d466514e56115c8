import { element, line } from './svg.ts';

/** A part of the picture: what it draws below its own y = 0, and how high that is. */
export interface Panel {
  readonly height: number;
  readonly parts: readonly string[];
}

/** The room that all panels share, in pixels: the picture's width, and where its text begins and ends. */
export const room = { width: 800, left: 28, right: 772 } as const;

const dotRadius = 5;

/** A value along an axis with its interval, whose ends are bars where the dot leaves them room; `across` is on the other axis. */
export function dotWithWhiskers(
  along: 'x' | 'y',
  across: number,
  { value, low, high }: { value: number; low: number; high: number },
): string[] {
  const ends = [low, high].filter((end) => Math.abs(end - value) > dotRadius + 1);
  const strokes = [[low, across, high, across], ...ends.map((end) => [end, across - 4, end, across + 4])];
  const lines = strokes.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) =>
    along === 'x' ? line(x1, y1, x2, y2, { class: 'whisker' }) : line(y1, x1, y2, x2, { class: 'whisker' }),
  );
  const [cx, cy] = along === 'x' ? [value, across] : [across, value];
  return [...lines, element('circle', { cx, cy, r: dotRadius, class: 'dot' })];
}
