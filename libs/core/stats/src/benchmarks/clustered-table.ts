/**
 * Credits by bin and by cluster, and figures that are weighted sums of means over bins. Every metric of a benchmark is one: a micro
 * figure is the mean over all bins together, a macro figure the mean of the means of its categories.
 *
 * What is held grows with clusters and bins, not with credits.
 */
import { wilson, z95 } from '../intervals.ts';
import { chanceOf } from './chance.ts';

/** The mean over some bins, and how much it weighs. */
export interface Term {
  readonly weight: number;
  readonly bins: readonly number[];
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

interface Cluster {
  readonly stratum: number;
  /** By bin: how many credits, and their sum. */
  readonly cells: Map<number, { n: number; sum: number }>;
}

export class ClusteredTable {
  readonly #clusters = new Map<string, Cluster>();
  readonly #strata = new Map<string, number>();

  /** `stratum`: what a bootstrap keeps the size of. A cluster is in that of its first credit. */
  add(bin: number, cluster: string, stratum: string, credit: number): void {
    let found = this.#clusters.get(cluster);
    if (!found) {
      const number = this.#strata.get(stratum) ?? this.#strata.size;
      this.#strata.set(stratum, number);
      found = { stratum: number, cells: new Map() };
      this.#clusters.set(cluster, found);
    }
    const cell = found.cells.get(bin);
    if (cell) {
      cell.n += 1;
      cell.sum += credit;
    } else found.cells.set(bin, { n: 1, sum: credit });
  }

  /** Count and sum of the credits in some bins. */
  counts(bins: readonly number[]): { n: number; sum: number; clusters: number } {
    const wanted = new Set(bins);
    const counts = { n: 0, sum: 0, clusters: 0 };
    for (const { cells } of this.#clusters.values()) {
      let isIn = false;
      for (const [bin, { n, sum }] of cells) {
        if (!wanted.has(bin)) continue;
        counts.n += n;
        counts.sum += sum;
        isIn = true;
      }
      counts.clusters += Number(isIn);
    }
    return counts;
  }

  /** The figure; null where a bin that it needs is empty. */
  value(terms: readonly Term[]): number | null {
    return figureOf(terms, this.#totals(this.#clusters.values()));
  }

  /**
   * The variance of a figure over clusters, by linearisation: each cluster c adds u_c = sum over terms of weight * (sum_c - mean *
   * n_c) / n, and the variance is G / (G - 1) * sum of u_c^2 (W. G. Cochran, Sampling techniques, 1977, 6.3 and 9A). Null for fewer
   * than two clusters.
   */
  variance(terms: readonly Term[]): { variance: number; clusters: number } | null {
    const totals = this.#totals(this.#clusters.values());
    const whole = terms.map(({ weight, bins }) => ({ weight, bins: new Set(bins), ...pooled(bins, totals) }));
    let squares = 0;
    let clusters = 0;
    for (const { cells } of this.#clusters.values()) {
      let influence = 0;
      let isIn = false;
      for (const { weight, bins, n: all, sum: total } of whole) {
        for (const [bin, { n, sum }] of cells) {
          if (!bins.has(bin)) continue;
          influence += (weight * (sum - (total / all) * n)) / all;
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
    const strata: Cluster[][] = Array.from({ length: this.#strata.size }, () => []);
    for (const cluster of this.#clusters.values()) strata[cluster.stratum]?.push(cluster);
    const chance = chanceOf(seed);
    const drawn: number[][] = figures.map(() => []);
    for (let round = 0; round < resamples; round += 1) {
      const totals = this.#totals(resampled(strata, chance));
      for (const [index, terms] of figures.entries()) {
        const value = figureOf(terms, totals);
        if (value !== null) drawn[index]?.push(value);
      }
    }
    return drawn.map(percentiles);
  }

  #totals(clusters: Iterable<Cluster>): Totals {
    const totals: Totals = new Map();
    for (const { cells } of clusters) {
      for (const [bin, { n, sum }] of cells) {
        const total = totals.get(bin);
        if (total) {
          total.n += n;
          total.sum += sum;
        } else totals.set(bin, { n, sum });
      }
    }
    return totals;
  }
}

type Totals = Map<number, { n: number; sum: number }>;

function* resampled(strata: readonly (readonly Cluster[])[], chance: () => number): Generator<Cluster> {
  for (const clusters of strata) {
    for (let each = 0; each < clusters.length; each += 1) {
      const cluster = clusters[Math.floor(chance() * clusters.length)];
      if (cluster) yield cluster;
    }
  }
}

function pooled(bins: readonly number[], totals: Totals): { n: number; sum: number } {
  const whole = { n: 0, sum: 0 };
  for (const bin of bins) {
    whole.n += totals.get(bin)?.n ?? 0;
    whole.sum += totals.get(bin)?.sum ?? 0;
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
