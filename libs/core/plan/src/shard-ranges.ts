/** Numbers of shards, as ranges. Shards are committed about in their order, so ranges are few, however many shards there are. */

interface Range {
  first: number;
  last: number;
}

export class ShardRanges {
  readonly #step: number;
  /** Ascending; no range begins where another one ends. */
  readonly #ranges: Range[] = [];
  #size = 0;

  /** Neighbours are `step` apart: of the shards of one partition, each P-th. Shards of other partitions must not be added. */
  constructor(step = 1, shards: Iterable<number> = []) {
    this.#step = step;
    for (const shard of shards) this.add(shard);
  }

  /** How many shards there are. */
  get size(): number {
    return this.#size;
  }

  has(shard: number): boolean {
    const range = this.#ranges[this.#before(shard)];
    return range !== undefined && shard <= range.last && (shard - range.first) % this.#step === 0;
  }

  add(shard: number): void {
    if (this.has(shard)) return;
    this.#size += 1;
    const at = this.#before(shard);
    const [before, after] = [this.#ranges[at], this.#ranges[at + 1]];
    const followsBefore = before?.last === shard - this.#step;
    const precedesAfter = after?.first === shard + this.#step;
    if (before && after && followsBefore && precedesAfter) {
      before.last = after.last;
      this.#ranges.splice(at + 1, 1);
    } else if (before && followsBefore) before.last = shard;
    else if (after && precedesAfter) after.first = shard;
    else this.#ranges.splice(at + 1, 0, { first: shard, last: shard });
  }

  /** The first shard from this one on that is not among them. */
  firstMissing(from: number): number {
    const range = this.#ranges[this.#before(from)];
    return range && this.has(from) ? range.last + this.#step : from;
  }

  /** As a checkpoint names them. */
  ranges(): [first: number, last: number, step: number][] {
    return this.#ranges.map(({ first, last }) => [first, last, this.#step]);
  }

  /** The index of the last range that begins at or before a shard; -1 for none. */
  #before(shard: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.first ?? 0) <= shard) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
