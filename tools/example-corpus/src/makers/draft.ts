/** What the makers of the example corpus share: chance with a seed, and the dressing of an answer in words. */

/** One pair before it is shuffled: what is asked, the better and the worse response, and why. */
export interface Draft {
  readonly kind: string;
  readonly question: string;
  readonly better: string;
  readonly worse: string;
  /** Names neither A nor B, so that it can be said whichever way round the pair is shown. */
  readonly explanation: string;
}

/** Makes one pair; may be called any number of times. */
export type Maker = (chance: Chance) => Draft;

/** A seeded generator (mulberry32) with what makers need. */
export class Chance {
  private state: number;
  constructor(seed: number) {
    this.state = seed | 0;
  }
  /** A number in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }
  pick<T>(entries: readonly T[]): T {
    const entry = entries[this.between(0, entries.length - 1)];
    if (entry === undefined) throw new Error('nothing to pick from');
    return entry;
  }
  /** A copy in another order. */
  shuffle<T>(entries: readonly T[]): T[] {
    const copy = [...entries];
    for (let last = copy.length - 1; last > 0; last--) {
      const other = this.between(0, last);
      const moved = copy[last] as T;
      copy[last] = copy[other] as T;
      copy[other] = moved;
    }
    return copy;
  }
  /** Some entries, all different. */
  some<T>(entries: readonly T[], count: number): T[] {
    return this.shuffle(entries).slice(0, count);
  }
}

/** A result with the way to it. */
export interface Worked {
  /** A complete clause without the full stop: "you pay $34.50". */
  readonly result: string;
  /** The bare value: "$34.50". */
  readonly value: string;
  /** One or two sentences. */
  readonly steps: string;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const offers = [
  'Let me know if you want to try it with other numbers!',
  'Shout if anything is unclear.',
  'Hope that helps!',
  "Happy to go through it more slowly if you'd like.",
];

/**
 * An answer in one of several lengths and voices, chosen by chance alone: right and wrong ones are dressed alike, so neither
 * length nor tone tells them apart.
 */
export function dress(chance: Chance, { result, value, steps }: Worked): string {
  return chance.pick([
    () => value,
    () => `${capital(result)}.`,
    () => `${capital(result)}.`,
    () => `${steps} So ${result}.`,
    () => `${steps} So ${result}.`,
    () => `${capital(result)}. ${steps}`,
    () => `Sure! ${steps} That means ${result}. ${chance.pick(offers)}`,
    () => `Let's take it step by step.\n\n${steps}\n\n**Answer:** ${value}`,
    () => `${capital(value)}. ${steps}`,
  ])();
}

/** 1234567.5 -> "1,234,567.5" */
export const grouped = (number: number): string => number.toLocaleString('en-US', { maximumFractionDigits: 10 });

/** 12.5 -> "$12.50" */
export const dollars = (cents: number): string =>
  `$${(cents / 100).toLocaleString('en-US', { minimumFractionDigits: cents % 100 === 0 ? 0 : 2, maximumFractionDigits: 2 })}`;
