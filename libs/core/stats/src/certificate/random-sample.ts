import { sha256 } from '@proofmill/contract';

/**
 * The first `size` ids in an order that a seed decides: as random as a drawn sample, the same on every machine whatever order they are
 * added in, and nobody can choose it. Ids are ordered by the sha256 of `seed:id`. Held are twice `size` ids.
 */
export class RandomSample {
  readonly #size: number;
  readonly #seed: string;
  #drawn: { readonly place: string; readonly id: string }[] = [];

  constructor(size: number, seed: string) {
    this.#size = size;
    this.#seed = seed;
  }

  add(id: string): void {
    this.#drawn.push({ place: sha256(`${this.#seed}:${id}`), id });
    if (this.#drawn.length >= 2 * this.#size + 1) this.#cut();
  }

  ids(): string[] {
    this.#cut();
    return this.#drawn.map(({ id }) => id);
  }

  #cut(): void {
    this.#drawn.sort((one, other) => (one.place < other.place ? -1 : 1));
    this.#drawn.length = Math.min(this.#drawn.length, this.#size);
  }
}
