/** What credits are counted by. */

/** A category, or one kind of comparison in it. */
export interface Bin {
  readonly category: string;
  readonly comparison: string;
}

/** Numbers bins in the order in which they are met. */
export class Bins {
  readonly names: Bin[] = [];
  readonly #known = new Map<string, number>();

  of({ category, comparison }: Bin): number {
    const name = JSON.stringify([category, comparison]);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, this.names.length);
    return this.names.push({ category, comparison }) - 1;
  }
}
