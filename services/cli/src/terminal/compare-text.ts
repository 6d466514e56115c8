/** A comparison of outputs, as a person reads it in a terminal. */
import { visible } from '@proofmill/contract';
import { type Comparison, grouped, type Interval, type PairedComparison } from '@proofmill/stats';
import { table } from './table.ts';

export function compareText(
  comparison: Comparison,
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
): string {
  const { scored, metric, shared, unshared, different, leaderboard, pairs } = comparison;
  const parts = [
    [
      `${scored}, ${metric}: ${grouped(shared)} shared comparisons`,
      ...(unshared > 0 ? [`${grouped(unshared)} that not all outputs have: left out`] : []),
      ...(different > 0
        ? [`${grouped(different)} with other texts, or with an id and a line that are there twice: left out`]
        : []),
      ...(scored === 'rewardbench-2' ? ['Ties is left out: its figure is no mean over comparisons'] : []),
    ].join('\n'),
    table([
      ['', 'score', 'analytic', 'bootstrap'],
      ...leaderboard.map(({ name, value, analytic, bootstrap }) => [
        visible(name),
        `${(100 * value).toFixed(4)} %`,
        intervalText(analytic),
        intervalText(bootstrap),
      ]),
    ]),
    ...pairs.map(pairText),
    `intervals: 95 %, clustered by prompt; analytic by linearisation, bootstrap of ${grouped(resamples)} samples with seed ${seed}.\nMcNemar's test is exact, and takes comparisons of one prompt as independent: where prompts have several, trust the intervals.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function pairText({ first, second, difference, right, mcNemarP, agreement, kappa, flips }: PairedComparison): string {
  const lines = [
    `${visible(second)} against ${visible(first)}`,
    table([
      ['difference', `${signed(difference.value)} points`],
      ['  analytic', intervalText(difference.analytic)],
      ['  bootstrap', intervalText(difference.bootstrap)],
      ['both right', grouped(right.both)],
      [`only ${visible(first)}`, grouped(right.onlyFirst)],
      [`only ${visible(second)}`, grouped(right.onlySecond)],
      ['neither', grouped(right.neither)],
      ["McNemar's test", `p = ${mcNemarP.toPrecision(3)}`],
      ['same label', agreement === null ? '-' : `${(100 * agreement).toFixed(1)} %`],
      ["Cohen's kappa", kappa === null ? 'unknown: both always say the same' : kappa.toFixed(4)],
    ]),
  ];
  if (flips.length > 0) {
    lines.push(
      table([
        ['id', 'own id', 'category', 'comparison', 'first', 'second', 'right'],
        ...flips.map((flip) => [
          flip.id,
          visible(flip.sourceId ?? '-'),
          visible(flip.category),
          flip.comparison || '-',
          flip.first,
          flip.second,
          flip.isGained ? 'second' : 'first',
        ]),
      ]),
    );
  }
  return lines.join('\n\n');
}

const signed = (difference: number): string => `${difference > 0 ? '+' : ''}${(100 * difference).toFixed(4)}`;

const intervalText = (interval: Interval | null): string =>
  interval === null ? '-' : `${(100 * interval.low).toFixed(2)} to ${(100 * interval.high).toFixed(2)}`;
