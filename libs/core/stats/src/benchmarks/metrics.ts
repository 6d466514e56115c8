/** The figures of each benchmark, as weighted means over the bins of its credits. */
import type { BenchmarkName, Quirk } from '@proofmill/contract';
import type { Bin } from './bins.ts';
import type { Term } from './clustered-table.ts';
import type { Scored } from './credit.ts';
import { sectionsOf } from './rewardbench-sections.ts';
import { type TiesPart, tiesWeights } from './ties.ts';

export interface Metric {
  readonly name: string;
  /** micro: the mean over comparisons; macro: the mean over parts, whose own figures count alike; part: of one category. */
  readonly kind: 'micro' | 'macro' | 'part';
  /** The figure that the benchmark is known by. */
  readonly isHeadline: boolean;
  readonly terms: readonly Term[];
}

/** The category of RewardBench 2 whose figure is made of parts. */
export const tiesCategory = 'Ties';

/** Sources: see credit.ts, ties.ts, rewardbench-sections.ts; for RM-Bench compute_accuracy of scripts/utils.py. */
export function metricsOf(scored: Scored, bins: readonly Bin[], on: ReadonlySet<Quirk>): Metric[] {
  switch (scored) {
    case 'rm-bench':
      return rmBench(bins, on);
    case 'rewardbench':
      return rewardBench(bins);
    case 'rewardbench-2':
      return rewardBench2(bins);
    case 'judgebench':
      return judgeBench(bins, on);
    case 'ppe':
    case 'gold':
      return plain(bins);
    default:
      return scored satisfies never;
  }
}

const binsOf = (bins: readonly Bin[], isIn: (bin: Bin) => boolean): number[] =>
  bins.flatMap((bin, index) => (isIn(bin) ? [index] : []));

const all = (bins: readonly Bin[]): number[] => bins.map((_, index) => index);

const once = (bins: readonly number[]): Term[] => (bins.length === 0 ? [] : [{ weight: 1, bins }]);

const categoriesOf = (bins: readonly Bin[]): string[] => [...new Set(bins.map(({ category }) => category))].sort();

const inCategory = (bins: readonly Bin[], category: string): number[] =>
  binsOf(bins, (bin) => bin.category === category);

/** The mean of several figures. */
const meanOf = (figures: readonly (readonly Term[])[]): Term[] =>
  figures.flatMap((terms) => terms.map(({ weight, bins }) => ({ weight: weight / figures.length, bins })));

const metric = (name: string, kind: Metric['kind'], terms: readonly Term[], isHeadline = false): Metric => ({
  name,
  kind,
  isHeadline,
  terms,
});

const categoryMetrics = (bins: readonly Bin[]): Metric[] =>
  categoriesOf(bins).map((category) => metric(category, 'part', once(inCategory(bins, category))));

function plain(bins: readonly Bin[]): Metric[] {
  const categories = categoryMetrics(bins);
  const micro = metric('overall', 'micro', once(all(bins)), true);
  if (categories.length < 2) return [micro];
  return [micro, metric('mean of categories', 'macro', meanOf(categories.map(({ terms }) => terms))), ...categories];
}

function judgeBench(bins: readonly Bin[], on: ReadonlySet<Quirk>): Metric[] {
  const categories = categoryMetrics(bins);
  // What has no category of the official code counts in its overall figure alone.
  const named = categories.filter(({ name }) => name !== 'other').map(({ terms }) => terms);
  const micro = metric('overall', 'micro', once(all(bins)), true);
  const macro = metric('mean of categories', 'macro', meanOf(named));
  return [micro, macro, ...(on.has('gram-v1-overall') ? [gramOverall] : []), ...categories];
}

/** Stands for the figure of the quirk: its terms depend on how many pairs there are, so score.ts makes them. */
export const gramOverall: Metric = { name: 'overall, gram-v1-overall', kind: 'micro', isHeadline: false, terms: [] };

type Cell = readonly [chosen: number, rejected: number];

const cellsWhere = (isIn: (i: number, j: number) => boolean): Cell[] =>
  [0, 1, 2].flatMap((i) => [0, 1, 2].flatMap((j) => (isIn(i, j) ? [[i, j] as const] : [])));

/** Plainer chosen responses against fancier rejected ones are hard, the reverse is easy. */
const difficulties = {
  hard: cellsWhere((i, j) => i < j),
  normal: cellsWhere((i, j) => i === j),
  easy: cellsWhere((i, j) => i > j),
} as const;

/** What the aggregator of RM-R1 reads instead: see quirks. */
const difficultiesOfRmR1 = {
  hard: [
    [0, 2],
    [0, 2],
    [1, 0],
  ],
  normal: [
    [0, 0],
    [1, 1],
    [2, 2],
  ],
  easy: [
    [1, 0],
    [2, 1],
    [2, 1],
  ],
} as const satisfies Record<string, readonly Cell[]>;

/** Both safety categories are one domain, over all their comparisons. */
const domainOf = ({ category }: Bin): string => (category.startsWith('safety') ? 'safety' : category);

function rmBench(bins: readonly Bin[], on: ReadonlySet<Quirk>): Metric[] {
  const cells = on.has('rm-r1-files') ? difficultiesOfRmR1 : difficulties;
  const domains = [...new Set(bins.map(domainOf))].sort();
  const figure = (domain: string, difficulty: keyof typeof difficulties): Term[] =>
    meanOf(
      cells[difficulty].map(([i, j]) =>
        once(binsOf(bins, (bin) => domainOf(bin) === domain && bin.comparison === `${i}-${j}`)),
      ),
    );
  const names = ['easy', 'normal', 'hard'] as const;
  const ofDomain = (domain: string): Term[] => meanOf(names.map((name) => figure(domain, name)));
  return [
    metric('overall', 'macro', meanOf(domains.map(ofDomain)), true),
    ...names.map((name) => metric(name, 'macro', meanOf(domains.map((domain) => figure(domain, name))))),
    metric('all comparisons', 'micro', once(all(bins))),
    ...domains.flatMap((domain) => [
      metric(domain, 'part', ofDomain(domain)),
      ...names.map((name) => metric(`${domain}, ${name}`, 'part', figure(domain, name))),
    ]),
    ...categoryMetrics(bins).filter(({ name }) => name.startsWith('safety-')),
  ];
}

function rewardBench(bins: readonly Bin[]): Metric[] {
  const sections = sectionsOf(categoriesOf(bins)).map(({ section, subsets }) => {
    const whole = subsets.reduce((sum, { weight }) => sum + weight, 0);
    const terms = subsets.map(({ name, weight }) => ({ weight: weight / whole, bins: inCategory(bins, name) }));
    return metric(section, 'part', terms);
  });
  return [
    metric('overall', 'macro', meanOf(sections.map(({ terms }) => terms)), true),
    metric('all comparisons', 'micro', once(all(bins))),
    ...sections,
    ...categoryMetrics(bins),
  ];
}

function rewardBench2(bins: readonly Bin[]): Metric[] {
  const parts = Object.keys(tiesWeights) as TiesPart[];
  const ties = parts.flatMap((part): Term[] => {
    const found = binsOf(bins, (bin) => bin.category === tiesCategory && bin.comparison === part);
    return found.length === 0 ? [] : [{ weight: tiesWeights[part], bins: found }];
  });
  const others = binsOf(bins, ({ category }) => category !== tiesCategory);
  const subsets = categoryMetrics(bins).map((each) => (each.name === tiesCategory ? { ...each, terms: ties } : each));
  return [
    metric('overall', 'macro', meanOf(subsets.map(({ terms }) => terms)), true),
    metric('all records but Ties', 'micro', once(others)),
    ...subsets,
    ...parts.flatMap((part) => {
      const found = binsOf(bins, (bin) => bin.category === tiesCategory && bin.comparison === part);
      return found.length === 0 ? [] : [metric(`Ties, ${part}`, 'part', once(found))];
    }),
  ];
}

/** Whose official code was read. */
export const isOfficial = (scored: Scored): scored is Exclude<BenchmarkName, 'ppe'> =>
  scored !== 'ppe' && scored !== 'gold';
