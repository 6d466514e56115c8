/**
 * Credits by bin and by cluster, and figures that are weighted sums of means over bins. Every metric of a benchmark is one: a micro
 * figure is the mean over all bins together, a macro figure the mean of the means of its categories.
 *
 * What is held grows with clusters and bins, not with credits.
 */
import { chanceOf } from '@proofmill/contract';
import { wilson, z95 } from '../intervals.ts';

/** The mean over some bins, and how much it weighs. */
export interface Term {
  readonly weight: number;
  readonly bins: readonly number[];
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Credits of one cluster: bin, count and sum of each bin in turn. Nearly all clusters have one bin, so no map each. */
type Cells = number[];

/** The clusters of several tables, and the stratum of each: what a bootstrap keeps the size of. */
export class Clusters {
  readonly #numbers = new Map<string, number>();
  readonly #strata = new Map<string, number>();
  readonly stratumOf: number[] = [];

  /** A cluster is in the stratum of its first credit. */
  numberOf(cluster: string, stratum: string): number {
    const known = this.#numbers.get(cluster);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(cluster, number);
    const place = this.#strata.get(stratum) ?? this.#strata.size;
    this.#strata.set(stratum, place);
    this.stratumOf.push(place);
    return number;
  }
}

export class ClusteredTable {
  readonly #clusters: Clusters;
  /** By the number of the cluster; a cluster without a credit in this table has none. */
  readonly #cells: (Cells | undefined)[] = [];
  #bins = 0;

  constructor(clusters = new Clusters()) {
    this.#clusters = clusters;
  }

  add(bin: number, cluster: string, stratum: string, credit: number): void {
    const number = this.#clusters.numberOf(cluster, stratum);
    this.#bins = Math.max(this.#bins, bin + 1);
    const cells = this.#cells[number];
    if (!cells) {
      this.#cells[number] = [bin, 1, credit];
      return;
    }
    for (let at = 0; at < cells.length; at += 3) {
      if (cells[at] !== bin) continue;
      cells[at + 1] = (cells[at + 1] ?? 0) + 1;
      cells[at + 2] = (cells[at + 2] ?? 0) + credit;
      return;
    }
    cells.push(bin, 1, credit);
  }

  /** Count and sum of the credits in some bins, and how many clusters have any. */
  counts(bins: readonly number[]): { n: number; sum: number; clusters: number } {
    const wanted = new Set(bins);
    const counts = { n: 0, sum: 0, clusters: 0 };
    for (const cells of this.#present()) {
      let isIn = false;
      for (let at = 0; at < cells.length; at += 3) {
        if (!wanted.has(cells[at] ?? 0)) continue;
        counts.n += cells[at + 1] ?? 0;
        counts.sum += cells[at + 2] ?? 0;
        isIn = true;
      }
      counts.clusters += Number(isIn);
    }
    return counts;
  }

  /** The figure; null where a bin that it needs is empty. */
  value(terms: readonly Term[]): number | null {
    return figureOf(terms, this.#totals());
  }

  /**
   * The variance of a figure over clusters, by linearisation: each cluster c adds u_c = sum over terms of weight * (sum_c - mean *
   * n_c) / n, and the variance is G / (G - 1) * sum of u_c^2 (W. G. Cochran, Sampling techniques, 1977, 6.3 and 9A). Null for fewer
   * than two clusters.
   */
  variance(terms: readonly Term[]): { variance: number; clusters: number } | null {
    const totals = this.#totals();
    const whole = terms.map(({ weight, bins }) => ({ weight, bins: new Set(bins), ...pooled(bins, totals) }));
    let squares = 0;
    let clusters = 0;
    for (const cells of this.#present()) {
      let influence = 0;
      let isIn = false;
      for (const { weight, bins, n, sum } of whole) {
        for (let at = 0; at < cells.length; at += 3) {
          if (!bins.has(cells[at] ?? 0)) continue;
          influence += (weight * ((cells[at + 2] ?? 0) - (sum / n) * (cells[at + 1] ?? 0))) / n;
          isIn = true;
        }
      }
      squares += influence ** 2;
      clusters += Number(isIn);
    }
    return clusters < 2 ? null : { variance: (squares * clusters) / (clusters - 1), clusters };
  }

  /**
   * 95 % interval of a share: Wilson's, for as many independent trials as have the variance over clusters. Where all clusters are
   * alike the variance says nothing, and each counts as one trial.
   */
  shareInterval(terms: readonly Term[]): Interval | null {
    const value = this.value(terms);
    if (value === null) return null;
    const share = Math.min(1, Math.max(0, value));
    const spread = this.variance(terms);
    const trials = spread && spread.variance > 0 ? (share * (1 - share)) / spread.variance : (spread?.clusters ?? 1);
    return wilson(share, trials > 0 ? trials : (spread?.clusters ?? 1));
  }

  /** 95 % interval of a difference: 1.96 standard errors to each side. */
  differenceInterval(terms: readonly Term[]): Interval | null {
    const value = this.value(terms);
    const spread = this.variance(terms);
    if (value === null || !spread) return null;
    const half = z95 * Math.sqrt(spread.variance);
    return { low: value - half, high: value + half };
  }

  /**
   * Percentile intervals of figures from resampled clusters: as many of each stratum as it has, with replacement (B. Efron and R.
   * J. Tibshirani, An introduction to the bootstrap, 1993, 13.3). The same seed gives the same bounds everywhere.
   */
  bootstrap(
    figures: readonly (readonly Term[])[],
    { resamples, seed }: { readonly resamples: number; readonly seed: number },
  ): (Interval | null)[] {
    const strata = this.#alikeByStratum();
    const chance = chanceOf(seed);
    const drawn: number[][] = figures.map(() => []);
    for (let round = 0; round < resamples; round += 1) {
      const totals = this.#noCredits();
      for (const alike of strata) addResample(totals, alike, chance);
      for (const [index, terms] of figures.entries()) {
        const value = figureOf(terms, totals);
        if (value !== null) drawn[index]?.push(value);
      }
    }
    return drawn.map(percentiles);
  }

  #alikeByStratum(): Alike[] {
    const strata: Alike[] = [];
    for (const [number, cells] of this.#cells.entries()) {
      if (!cells) continue;
      const stratum = this.#clusters.stratumOf[number] ?? 0;
      strata[stratum] ??= new Alike();
      strata[stratum].add(cells);
    }
    return strata.filter((alike) => alike !== undefined);
  }

  *#present(): Generator<Cells> {
    for (const cells of this.#cells) if (cells) yield cells;
  }

  #totals(): Totals {
    const totals = this.#noCredits();
    for (const cells of this.#present()) addCells(totals, cells);
    return totals;
  }

  #noCredits(): Totals {
    return { n: new Float64Array(this.#bins), sum: new Float64Array(this.#bins) };
  }
}

/** Count and sum of the credits in each bin. */
interface Totals {
  readonly n: Float64Array;
  readonly sum: Float64Array;
}

/** The clusters of a stratum. Many have the same credits: of pairs there are two kinds, right and wrong. */
class Alike {
  readonly kinds: Cells[] = [];
  /** The kind of each cluster. */
  readonly kindOf: number[] = [];
  readonly #known = new Map<string, number>();

  add(cells: Cells): void {
    const name = cells.join();
    const kind = this.#known.get(name) ?? this.kinds.push(cells) - 1;
    this.#known.set(name, kind);
    this.kindOf.push(kind);
  }
}

/** Adds the cells of a cluster, `times` times. */
function addCells({ n, sum }: Totals, cells: Cells, times = 1): void {
  for (let at = 0; at < cells.length; at += 3) {
    const bin = cells[at] ?? 0;
    n[bin] = (n[bin] ?? 0) + times * (cells[at + 1] ?? 0);
    sum[bin] = (sum[bin] ?? 0) + times * (cells[at + 2] ?? 0);
  }
}

/** As many clusters as there are, drawn with replacement. */
function addResample(totals: Totals, { kinds, kindOf }: Alike, chance: () => number): void {
  const count = kindOf.length;
  const drawn = new Int32Array(kinds.length);
  for (let each = 0; each < count; each += 1) {
    const kind = kindOf[Math.floor(chance() * count)] ?? 0;
    drawn[kind] = (drawn[kind] ?? 0) + 1;
  }
  for (const [kind, cells] of kinds.entries()) addCells(totals, cells, drawn[kind]);
}

function pooled(bins: readonly number[], totals: Totals): { n: number; sum: number } {
  const whole = { n: 0, sum: 0 };
  for (const bin of bins) {
    whole.n += totals.n[bin] ?? 0;
    whole.sum += totals.sum[bin] ?? 0;
  }
  return whole;
}

function figureOf(terms: readonly Term[], totals: Totals): number | null {
  let value = 0;
  for (const { weight, bins } of terms) {
    const { n, sum } = pooled(bins, totals);
    if (n === 0) return null;
    value += (weight * sum) / n;
  }
  return terms.length === 0 ? null : value;
}

/** The 2.5 % and 97.5 % points. */
function percentiles(values: number[]): Interval | null {
  if (values.length === 0) return null;
  values.sort((one, other) => one - other);
  const at = (share: number): number => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}
