/** Lengths, counted by powers of two: of a fixed size, however many they are. */
export class Lengths {
  /** By the power: bin k counts those from 2^k to 2^(k + 1) - 1; bin 0 counts 0 as well. */
  readonly #counts: number[] = [];
  #total = 0;
  #longest = 0;

  add(length: number): void {
    const bin = length < 2 ? 0 : Math.floor(Math.log2(length));
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#total += 1;
    this.#longest = Math.max(this.#longest, length);
  }

  get longest(): number {
    return this.#longest;
  }

  /** The bins from the shortest length to the longest one. `below` is the first length that is not in it. */
  bins(): { readonly from: number; readonly below: number; readonly count: number }[] {
    const first = this.#counts.findIndex((count) => count > 0);
    return Array.from(this.#counts, (count = 0, power) => ({
      from: power === 0 ? 0 : 2 ** power,
      below: 2 ** (power + 1),
      count,
    })).slice(Math.max(0, first));
  }

  get total(): number {
    return this.#total;
  }
}
