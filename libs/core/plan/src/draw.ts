/** Draws items from a corpus that is read once, each with the same chance, wherever it stands. */
import { RandomSample } from './random-sample.ts';

export interface Drawn<Item> {
  readonly item: Item;
  readonly length: number;
}

/** A random sample by seed and place in the corpus, and what it was drawn from. */
export class Draw<Item> {
  readonly #sample: RandomSample<Drawn<Item>>;
  #items = 0;
  #length = 0;

  constructor(wanted: number, seed: number) {
    this.#sample = new RandomSample(wanted, String(seed));
  }

  offer(item: Item, length: number): void {
    this.#sample.offer(String(this.#items), { item, length });
    this.#items += 1;
    this.#length += length;
  }

  /** In an order that has nothing to do with that of the corpus. */
  get drawn(): readonly Drawn<Item>[] {
    return this.#sample.items();
  }

  /** What they were drawn from: how many items, and the sum of their lengths. */
  get population(): { readonly items: number; readonly length: number } {
    return { items: this.#items, length: this.#length };
  }
}
