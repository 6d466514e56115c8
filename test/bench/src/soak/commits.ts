/** Counts the manifests of a stage as they appear. A folder of 100,000 files is too large to be listed again and again. */

import { watch } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';

export interface Commits extends Disposable {
  readonly count: number;
  /** When the last one appeared, on the clock of `performance.now`. */
  readonly lastMs: number;
}

/** The folder is made where it does not exist. */
export async function commitsIn(manifests: string): Promise<Commits> {
  await mkdir(manifests, { recursive: true });
  const names = new Set<string>();
  let lastMs = Number.NaN;
  const note = (name: string | null): void => {
    if (name === null || !/^\d{5,}\.json$/.test(name) || names.has(name)) return;
    names.add(name);
    lastMs = performance.now();
  };
  const watcher = watch(manifests, (_, name) => note(name));
  for (const name of await readdir(manifests)) note(name);
  return {
    get count() {
      return names.size;
    },
    get lastMs() {
      return lastMs;
    },
    [Symbol.dispose]: () => watcher.close(),
  };
}
