/**
 * The last keys that were added, so many of them. A Set that is emptied from its front would do in fewer lines; finding the first of its
 * keys takes as long as it has had deletions, which showed in profiles of the worker.
 */
export class LastKeys {
  readonly #most: number;
  readonly #ring: string[] = [];
  readonly #keys = new Set<string>();
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  add(key: string): void {
    if (this.#keys.has(key)) return;
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#keys.delete(oldest);
    this.#ring[this.#next] = key;
    this.#keys.add(key);
    this.#next = (this.#next + 1) % this.#most;
  }
}
