import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryStore } from '@proofmill/blob';
import type { Store } from '@proofmill/contract';

/** A store for work that outlives nothing, in a folder of its own below `parent`; it goes with what is in it. */
export async function scratchStore(parent = tmpdir()): Promise<Store & AsyncDisposable> {
  const folder = await mkdtemp(join(parent, 'proofmill-export-'));
  const store = directoryStore(folder);
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      const paths = await store.list('');
      for (const path of paths) await store.remove(path);
      const folders = new Set(['.proofmill/tmp', '.proofmill', ...paths.map((path) => path.replace(/\/[^/]*$/, ''))]);
      // Only empty ones are removed, and one that a store never made is no error.
      for (const each of [...folders, 'parts', '.']) await rmdir(join(folder, each)).catch(() => undefined);
    },
  };
}
