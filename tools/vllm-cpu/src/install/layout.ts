import { join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import { vllmVersion } from './pins.ts';

/** `smol`: SmolLM2-135M-Instruct, for text. `smol-scalar`: the same body with a random score head, for /classify and /pooling. */
export type VllmModel = 'smol' | 'smol-scalar';

export const vllmModels: readonly VllmModel[] = ['smol', 'smol-scalar'];

/** Paths in the folder of the installation. All of it may be deleted while no server runs. */
export interface VllmLayout {
  folder: string;
  /** Written last: it marks the installation as complete. */
  stamp: string;
  /** Tools, wheels and source weights during a set-up. An interrupted set-up keeps them; a complete one removes them. */
  downloads: string;
  venv: string;
  python: string;
  vllm: string;
  models: string;
  /** Compile caches of the servers. */
  caches: string;
  logs: string;
}

/** The paths of the installation in the cache. */
export function vllmLayout(): VllmLayout {
  const folder = cacheFolder(`vllm-${vllmVersion}`);
  const venv = join(folder, 'venv');
  return {
    folder,
    stamp: join(folder, 'stamp.json'),
    downloads: join(folder, 'downloads'),
    venv,
    python: join(venv, 'bin', 'python'),
    vllm: join(venv, 'bin', 'vllm'),
    models: join(folder, 'models'),
    caches: join(folder, 'caches'),
    logs: join(folder, 'logs'),
  };
}

/** The path of a Python helper in python/. */
export function pythonScript(name: string): string {
  return join(import.meta.dirname, 'python', `${name}.py`);
}
