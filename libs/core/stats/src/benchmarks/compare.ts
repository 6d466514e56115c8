/**
 * Compares outputs on the comparisons that all of them have. Each comparison of each output is held, without its texts.
 */
import type { Failure, Quirk, Row } from '@proofmill/contract';
import { Kappa, mcNemar } from './agreement.ts';
import { type Bin, Bins } from './bins.ts';
import { ClusteredTable, type Interval } from './clustered-table.ts';
import { creditsOf, type Scored } from './credit.ts';
import { type Judged, judgedOf } from './judged.ts';
import { type Metric, metricsOf, tiesCategory } from './metrics.ts';
import { belowByChance } from './paired-test.ts';
import type { ScoreOptions } from './score.ts';

/** What one output says of a comparison. */
interface Entry extends Pick<Judged, 'id' | 'sourceId' | 'texts' | 'category' | 'prompt' | 'comparison' | 'line'> {
  readonly credit: number;
  /** The index of the winner, `tie` or `failed`. */
  readonly said: string;
}

export interface Standing {
  readonly name: string;
  readonly value: number;
  readonly analytic: Interval | null;
  readonly bootstrap: Interval | null;
}

export interface Flip extends Bin {
  readonly id: string;
  readonly sourceId: string | null;
  readonly first: string;
  readonly second: string;
  /** Whether the second output is the one that is right. */
  readonly isGained: boolean;
}

export interface PairedComparison {
  readonly first: string;
  readonly second: string;
  /** The headline figure of the second less that of the first. */
  readonly difference: {
    readonly value: number;
    readonly analytic: Interval | null;
    readonly bootstrap: Interval | null;
    /** How likely a second output as good as the first does this badly or worse; null for fewer than two prompts. */
    readonly belowByChance: number | null;
  };
  /** Comparisons that both have right, only one has, or neither; those with part of a credit are left out. */
  readonly right: {
    readonly both: number;
    readonly onlyFirst: number;
    readonly onlySecond: number;
    readonly neither: number;
  };
  readonly mcNemarP: number;
  /** Of what they say: the winner, a tie, or nothing. */
  readonly agreement: number | null;
  readonly kappa: number | null;
  readonly flips: readonly Flip[];
}

export interface Comparison {
  readonly scored: Scored;
  readonly metric: string;
  readonly shared: number;
  /** Comparisons that not all outputs have. */
  readonly unshared: number;
  /** Comparisons of the same id with other texts, or of an id that an output has twice. */
  readonly different: number;
  readonly leaderboard: readonly Standing[];
  readonly pairs: readonly PairedComparison[];
}

export class Comparer {
  readonly #options: ScoreOptions;
  readonly #outputs: { readonly name: string; readonly entries: Entries }[] = [];

  constructor(options: ScoreOptions) {
    this.#options = options;
  }

  /** Begins the next output: what is added from now on is of it. */
  begin(name: string): void {
    this.#outputs.push({ name, entries: new Entries() });
  }

  add(record: Row | Failure): void {
    const judged = judgedOf(record);
    const { scored, quirks = new Set<Quirk>() } = this.#options;
    // The figure of Ties is no mean over comparisons.
    if (scored === 'rewardbench-2' && judged.category === tiesCategory) return;
    const { official: credit } = creditsOf(judged, scored, quirks);
    if (credit === null) return;
    const { id, sourceId, texts, category, prompt, comparison, line, winner, failed, key } = judged;
    const said = failed ? 'failed' : winner === null ? 'tie' : String(winner);
    const entry = { id, sourceId, texts, category, prompt, comparison, line, credit, said };
    this.#outputs.at(-1)?.entries.add(key, entry);
  }

  /** Every later output is compared with the first. `flips`: how many are listed for each. */
  compare(flips: number): Comparison {
    const { keys, unshared, different } = this.#shared();
    const bins = new Bins();
    const tables = this.#outputs.map(({ entries }) => {
      const table = new ClusteredTable();
      for (const key of keys) addTo(table, bins, entries.get(key), (entry) => entry.credit);
      return table;
    });
    const { scored, quirks = new Set<Quirk>() } = this.#options;
    const headline = metricsOf(scored, bins.names, quirks).find(({ isHeadline }) => isHeadline);
    const standings = this.#outputs.flatMap(({ name }, index) => {
      const table = tables[index];
      const value = table && headline ? table.value(headline.terms) : null;
      if (!table || !headline || value === null) return [];
      const [bootstrap = null] = table.bootstrap([headline.terms], this.#options);
      return [{ name, value, analytic: table.shareInterval(headline.terms), bootstrap }];
    });
    return {
      scored,
      metric: headline ? `${headline.name} (${headline.kind})` : '',
      shared: keys.length,
      unshared,
      different,
      leaderboard: standings.sort((one, other) => other.value - one.value),
      pairs: headline ? this.#outputs.slice(1).map((_, at) => this.#pair(at + 1, keys, bins, headline, flips)) : [],
    };
  }

  #shared(): { keys: string[]; unshared: number; different: number } {
    const [first, ...others] = this.#outputs;
    const all = new Set(this.#outputs.flatMap(({ entries }) => entries.keys()));
    const inAll = (first?.entries.keys() ?? []).filter((key) => others.every(({ entries }) => entries.has(key)));
    const keys = inAll.filter((key) => isSame(this.#outputs.map(({ entries }) => entries.get(key))));
    return { keys, unshared: all.size - inAll.length, different: inAll.length - keys.length };
  }

  #pair(index: number, keys: readonly string[], bins: Bins, headline: Metric, most: number): PairedComparison {
    const [first, second] = [this.#outputs[0], this.#outputs[index]];
    const table = new ClusteredTable();
    const kappa = new Kappa();
    const right = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
    const flips: Flip[] = [];
    for (const key of keys) {
      const [one, other] = [first?.entries.get(key), second?.entries.get(key)];
      if (!one || !other) continue;
      addTo(table, bins, one, () => other.credit - one.credit);
      kappa.add(one.said, other.said);
      if (![one.credit, other.credit].every((credit) => credit === 0 || credit === 1)) continue;
      right[outcomeOf(one.credit, other.credit)] += 1;
      if (one.credit === other.credit || flips.length >= most) continue;
      const { id, sourceId, category, comparison } = one;
      const isGained = other.credit > one.credit;
      flips.push({ id, sourceId, category, comparison, first: one.said, second: other.said, isGained });
    }
    const [bootstrap = null] = table.bootstrap([headline.terms], this.#options);
    const value = table.value(headline.terms) ?? 0;
    return {
      first: first?.name ?? '',
      second: second?.name ?? '',
      difference: {
        value,
        analytic: table.differenceInterval(headline.terms),
        bootstrap,
        belowByChance: belowByChance(value, table.variance(headline.terms)),
      },
      right,
      mcNemarP: mcNemar(right.onlyFirst, right.onlySecond),
      agreement: kappa.agreement,
      kappa: kappa.kappa,
      flips,
    };
  }
}

/** What an output says, by key. Records that share their id are told apart by their lines; null where those are alike, too. */
class Entries {
  readonly #byKey = new Map<string, Entry | 'by line' | null>();

  add(key: string, entry: Entry): void {
    const known = this.#byKey.get(key);
    if (known === undefined) {
      this.#byKey.set(key, entry);
      return;
    }
    if (known !== 'by line' && known !== null) {
      this.#byKey.set(key, 'by line');
      this.#addByLine(key, known);
    }
    this.#addByLine(key, entry);
  }

  keys(): string[] {
    return [...this.#byKey].flatMap(([key, entry]) => (entry === 'by line' ? [] : [key]));
  }

  has(key: string): boolean {
    return this.#byKey.has(key) && this.#byKey.get(key) !== 'by line';
  }

  get(key: string): Entry | null {
    const entry = this.#byKey.get(key) ?? null;
    return entry === 'by line' ? null : entry;
  }

  #addByLine(key: string, entry: Entry): void {
    const inLine = `${key} in line ${entry.line}`;
    this.#byKey.set(inLine, this.#byKey.has(inLine) ? null : entry);
  }
}

const outcomeOf = (first: number, second: number): keyof PairedComparison['right'] =>
  first === 1 ? (second === 1 ? 'both' : 'onlyFirst') : second === 1 ? 'onlySecond' : 'neither';

/** Whether all speak of the same texts; what failed does not say its texts. */
function isSame(entries: readonly (Entry | null)[]): boolean {
  const texts = new Set(entries.flatMap((entry) => entry?.texts ?? []));
  return entries.every((entry) => entry !== null) && texts.size <= 1;
}

function addTo(
  table: ClusteredTable,
  bins: Bins,
  entry: Entry | null | undefined,
  creditOf: (entry: Entry) => number,
): void {
  if (entry) table.add(bins.of(entry), entry.prompt, entry.category, creditOf(entry));
}
