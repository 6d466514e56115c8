/** Draws items from a corpus that is read once, each with the same chance, wherever it stands. */
import { sha256 } from '@proofmill/contract';

export interface Drawn<Item> {
  readonly item: Item;
  readonly length: number;
}

/**
 * Keeps the items whose number in the corpus has the smallest digests with the seed. So the draw depends on nothing but seed and place, and
 * a larger one holds the smaller ones.
 */
export class Draw<Item> {
  readonly #wanted: number;
  readonly #seed: number;
  /** By digest. */
  readonly #drawn: (Drawn<Item> & { readonly digest: string })[] = [];
  #items = 0;
  #length = 0;

  constructor(wanted: number, seed: number) {
    this.#wanted = wanted;
    this.#seed = seed;
  }

  offer(item: Item, length: number): void {
    const digest = sha256(`${this.#seed} ${this.#items}`);
    this.#items += 1;
    this.#length += length;
    if (this.#drawn.length >= this.#wanted && digest >= (this.#drawn.at(-1)?.digest ?? '')) return;
    const after = this.#drawn.findIndex((known) => digest < known.digest);
    this.#drawn.splice(after < 0 ? this.#drawn.length : after, 0, { item, length, digest });
    if (this.#drawn.length > this.#wanted) this.#drawn.pop();
  }

  /** In an order that has nothing to do with that of the corpus. */
  get drawn(): readonly Drawn<Item>[] {
    return this.#drawn;
  }

  /** What they were drawn from: how many items, and the sum of their lengths. */
  get population(): { readonly items: number; readonly length: number } {
    return { items: this.#items, length: this.#length };
  }
}
