/** Scores an output: takes its records one after the other, and holds clusters and counts. */
import type { Failure, Quirk, Row } from '@proofmill/contract';
import { type Bin, Bins } from './bins.ts';
import { ClusteredTable, Clusters, type Interval, type Term } from './clustered-table.ts';
import { type Credits, creditsOf, judgeBenchSum, orderOf, type Scored } from './credit.ts';
import { type Judged, judgedOf, noCategory } from './judged.ts';
import { gramOverall, type Metric, metricsOf, tiesCategory } from './metrics.ts';
import { Ties } from './ties.ts';

/** Ways to count a comparison: by the official rule, by the label of all votes, by each order alone, and right in both. */
export const readings = [
  'official',
  'label',
  'straight',
  'reversed',
  'both',
] as const satisfies readonly (keyof Credits)[];
export type ReadingName = (typeof readings)[number];

export interface Figure {
  readonly name: string;
  readonly kind: Metric['kind'];
  readonly isHeadline: boolean;
  /** A share; null where it is not known. */
  readonly value: number | null;
  /** Sum of the credits, and how many; null for a figure that is no mean of them. */
  readonly credit: number | null;
  readonly n: number;
  readonly clusters: number;
  readonly analytic: Interval | null;
  readonly bootstrap: Interval | null;
}

export interface ScoreCounts {
  /** Comparisons that count. */
  comparisons: number;
  /** Of these, the ones without a label. */
  failed: number;
  /** Records that could not be read: no benchmark counts them. */
  unread: number;
  /** Comparisons without a right answer: the gold label is missing, or a tie of all. */
  withoutGold: number;
  /** Labels that are a tie. */
  ties: number;
  /** Asked in both orders; those whose two verdicts differ; those where an order has none. */
  bothOrders: number;
  inconsistent: number;
  withNull: number;
  /** The sum over both orders, as JudgeBench computes it. */
  sumAbove: number;
  sumZero: number;
  sumBelow: number;
  /** Asked in one order only, with the better response first. */
  onlyBetterFirst: number;
  /** Records of Ties without scores. */
  unscoredTies: number;
}

export interface Score {
  readonly scored: Scored;
  readonly quirks: readonly Quirk[];
  readonly counts: Readonly<ScoreCounts>;
  readonly readings: Readonly<Partial<Record<ReadingName, readonly Figure[]>>>;
  /** Credits of each kind of comparison in each category. */
  readonly cells: readonly (Bin & { readonly n: number; readonly credit: number })[];
}

export interface ScoreOptions {
  readonly scored: Scored;
  readonly quirks?: ReadonlySet<Quirk>;
  readonly resamples: number;
  readonly seed: number;
}

export class Scorer {
  readonly #options: ScoreOptions;
  readonly #bins = new Bins();
  readonly #clusters = new Clusters();
  readonly #tables: Record<ReadingName, ClusteredTable> = {
    official: new ClusteredTable(this.#clusters),
    label: new ClusteredTable(this.#clusters),
    straight: new ClusteredTable(this.#clusters),
    reversed: new ClusteredTable(this.#clusters),
    both: new ClusteredTable(this.#clusters),
  };
  readonly #ties = new Ties();
  readonly #asked = { official: true, label: false, straight: false, reversed: false, both: false };
  readonly #counts: ScoreCounts = {
    comparisons: 0,
    failed: 0,
    unread: 0,
    withoutGold: 0,
    ties: 0,
    bothOrders: 0,
    inconsistent: 0,
    withNull: 0,
    sumAbove: 0,
    sumZero: 0,
    sumBelow: 0,
    onlyBetterFirst: 0,
    unscoredTies: 0,
  };

  constructor(options: ScoreOptions) {
    this.#options = options;
  }

  add(record: Row | Failure): void {
    const judged = judgedOf(record);
    const { scored, quirks = new Set<Quirk>() } = this.#options;
    if (judged.failed && (scored === 'gold' || judged.category === noCategory)) {
      this.#counts.unread += 1;
      return;
    }
    if (scored === 'rewardbench-2' && judged.category === tiesCategory) {
      this.#counts.comparisons += 1;
      this.#counts.failed += Number(judged.failed);
      this.#ties.add(judged);
      return;
    }
    const credits = creditsOf(judged, scored, quirks);
    if (credits.official === null) {
      this.#counts.withoutGold += 1;
      return;
    }
    this.#count(judged, credits);
    const bin = this.#bins.of(judged);
    for (const reading of readings) {
      const credit = credits[reading];
      if (credit === null) continue;
      if (!judged.failed) this.#asked[reading] = true;
      this.#tables[reading].add(bin, judged.prompt, judged.category, credit);
    }
  }

  /** The figures of everything added so far. Called once. */
  score(): Score {
    const { scored, quirks = new Set<Quirk>() } = this.#options;
    for (const { part, prompt, credit } of this.#ties.credits()) {
      const bin = this.#bins.of({ category: tiesCategory, comparison: part });
      this.#tables.official.add(bin, `${tiesCategory} ${prompt}`, tiesCategory, credit);
    }
    this.#counts.unscoredTies = this.#ties.unscored;
    const metrics = this.#withGram(metricsOf(scored, this.#bins.names, quirks));
    const asked = readings.filter((reading) => this.#asked[reading]);
    return {
      scored,
      quirks: [...quirks],
      counts: this.#counts,
      readings: Object.fromEntries(asked.map((reading) => [reading, this.#figures(reading, metrics)])),
      cells: this.#bins.names.map((bin, index) => {
        const { n, sum } = this.#tables.official.counts([index]);
        return { ...bin, n, credit: sum };
      }),
    };
  }

  #figures(reading: ReadingName, metrics: readonly Metric[]): Figure[] {
    const table = this.#tables[reading];
    const bootstraps = table.bootstrap(
      metrics.map(({ terms }) => terms),
      this.#options,
    );
    return metrics.map(({ name, kind, isHeadline, terms }, index) => {
      const { n, sum, clusters } = table.counts(terms.flatMap(({ bins }) => bins));
      const isKnown = !this.#isUnknown(name);
      return {
        name,
        kind,
        isHeadline,
        value: isKnown ? table.value(terms) : null,
        credit: terms.length === 1 && terms[0]?.weight === 1 ? sum : null,
        n,
        clusters,
        analytic: isKnown ? table.shareInterval(terms) : null,
        bootstrap: isKnown ? (bootstraps[index] ?? null) : null,
      };
    });
  }

  /** Ties cannot be computed without a score for each response, nor what it is a part of. */
  #isUnknown(name: string): boolean {
    return this.#ties.unscored > 0 && (name === 'overall' || name.startsWith(tiesCategory));
  }

  /** The figure of GRAM v1 averages n verdicts and the means of the categories: (n * micro + k * macro) / (n + k). */
  #withGram(metrics: Metric[]): Metric[] {
    const at = metrics.indexOf(gramOverall);
    const [micro, macro] = metrics;
    if (at < 0 || !micro || !macro) return metrics;
    const { n } = this.#tables.official.counts(micro.terms.flatMap(({ bins }) => bins));
    const k = macro.terms.length;
    const scaled = (terms: readonly Term[], by: number): Term[] =>
      terms.map(({ weight, bins }) => ({ weight: (weight * by) / (n + k), bins }));
    return metrics.with(at, { ...gramOverall, terms: [...scaled(micro.terms, n), ...scaled(macro.terms, k)] });
  }

  #count(judged: Judged, { straight, reversed }: Credits): void {
    const counts = this.#counts;
    counts.comparisons += 1;
    counts.failed += Number(judged.failed);
    const { scored } = this.#options;
    if (scored === 'judgebench') {
      const sum = judgeBenchSum(judged);
      counts[sum > 0 ? 'sumAbove' : sum < 0 ? 'sumBelow' : 'sumZero'] += 1;
    }
    if (judged.failed) return;
    counts.ties += Number(judged.winner === null);
    const verdicts = [orderOf(judged, false, scored), orderOf(judged, true, scored)];
    const asked = verdicts.filter((verdict) => verdict !== undefined);
    counts.withNull += Number(asked.includes(null));
    if (straight !== null && reversed === null) counts.onlyBetterFirst += Number(judged.best?.[0] === 0);
    if (asked.length === 2) {
      counts.bothOrders += 1;
      counts.inconsistent += Number(verdicts[0] !== verdicts[1]);
    }
  }
}
