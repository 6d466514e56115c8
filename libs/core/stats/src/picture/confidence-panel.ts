/** Rows by confidence, and beside it how often the rows of each confidence are right, where gold labels say so. */
import { binName, grouped, percent, shareCells } from '../format.ts';
import type { ConfidenceBin } from '../confidence-cells.ts';
import type { LabelHealth } from '../label-health.ts';
import { dotWithWhiskers, type Panel, room } from './panel.ts';
import { element, escapeXml, line, text } from './svg.ts';

const plot = { top: 44, bottom: 168 } as const;
const height = plot.bottom + 18;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly bins: readonly ConfidenceBin[];
}

/** Of the largest group: confidences of different kinds cannot be compared. */
export function confidencePanel({ byConfidence, accuracies: known }: LabelHealth): Panel | null {
  const [largest] = byConfidence;
  if (!largest) return null;
  const { rows, deciles } = largest;
  // A winner by a majority has 0.5 or more: what is below is shown only where it is not empty.
  const first = deciles.findIndex((bin) => bin.from >= 0.5 || bin.rows > 0);
  const bins = deciles.slice(first);
  const gold = known.find(({ name }) => name === 'withoutTies')?.all;
  const measured = gold && bins.some(({ accuracy }) => accuracy);
  const parts = histogram({ left: room.left + 8, right: measured ? 372 : room.right - 4, bins }, rows);
  if (measured) parts.push(...accuracies({ left: 480, right: room.right - 4, bins }, gold.value));
  return { height, parts };
}

function histogram(frame: Frame, rows: number): string[] {
  const most = Math.max(...frame.bins.map((bin) => bin.rows));
  const bars = frame.bins.map((bin, index) => {
    const [left, right] = [edge(frame, index) + 3, edge(frame, index + 1) - 3];
    const top = plot.bottom - (bin.rows / most) * (plot.bottom - plot.top - 18);
    const share = bin.rows / rows < 0.005 ? '<1 %' : percent(bin.rows / rows, 0);
    return element(
      'g',
      {},
      element('title', {}, escapeXml(`confidence ${binName(bin)}: ${grouped(bin.rows)} rows, ${share}`)),
      element('rect', { x: left, y: top, width: right - left, height: plot.bottom - top, class: 'bar' }),
      ...(bin.rows > 0 ? [text(share, { x: (left + right) / 2, y: top - 6, class: 'small middle' })] : []),
    );
  });
  return [text('Rows by confidence', { x: room.left, y: 16, class: 'strong' }), ...confidenceAxis(frame), ...bars];
}

function accuracies(frame: Frame, overall: number): string[] {
  const at = (share: number): number => plot.bottom - share * (plot.bottom - plot.top);
  const grid = [0, 0.5, 1].flatMap((share) => [
    line(frame.left, at(share), frame.right, at(share), { class: 'grid' }),
    text(`${100 * share} %`, { x: frame.left - 8, y: at(share) + 4, class: 'quiet end' }),
  ]);
  const dots = frame.bins.flatMap((bin, index) => {
    if (!bin.accuracy) return [];
    const x = (edge(frame, index) + edge(frame, index + 1)) / 2;
    const { value, low, high, n } = bin.accuracy;
    const [share, interval] = shareCells(bin.accuracy);
    return element(
      'g',
      {},
      element('title', {}, escapeXml(`confidence ${binName(bin)}: ${share} of ${grouped(n)} right, ${interval}`)),
      ...dotWithWhiskers('y', x, { value: at(value), low: at(low), high: at(high) }),
    );
  });
  return [
    text('Right, by confidence', { x: frame.left - 44, y: 16, class: 'strong' }),
    text(`dashed: all, ${percent(overall)}`, { x: room.right, y: 16, class: 'quiet end' }),
    ...grid,
    line(frame.left, at(overall), frame.right, at(overall), { class: 'reference' }),
    ...confidenceAxis(frame),
    ...dots,
  ];
}

const edge = ({ left, right, bins }: Frame, index: number): number => left + (index * (right - left)) / bins.length;

const confidenceAxis = (frame: Frame): string[] => [
  line(frame.left, plot.bottom, frame.right, plot.bottom, { class: 'axis' }),
  ...[...frame.bins.map((bin) => bin.from), 1].map((confidence, index) =>
    text(String(confidence), { x: edge(frame, index), y: plot.bottom + 18, class: 'quiet middle' }),
  ),
];
