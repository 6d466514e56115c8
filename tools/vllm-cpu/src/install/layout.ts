import { join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import { vllmVersion } from './pins.ts';

/** `smol`: SmolLM2-135M-Instruct, generates. `smol-scalar`: the same body with a random score head, for /classify and /pooling. */
export type VllmModel = 'smol' | 'smol-scalar';

export const vllmModels: readonly VllmModel[] = ['smol', 'smol-scalar'];

/** Every path below the install's folder. All of it may be deleted at any time when no server runs. */
export interface VllmLayout {
  folder: string;
  /** Written last: with it the install is complete. */
  stamp: string;
  /** Tools, wheels and source weights while a set-up is under way; kept when it is interrupted, removed when it is done. */
  downloads: string;
  venv: string;
  python: string;
  vllm: string;
  models: string;
  /** Compile caches of the servers. */
  caches: string;
  logs: string;
}

/** Where things lie in the cache. */
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

/** The path of a Python helper beside these scripts. */
export function pythonScript(name: string): string {
  return join(import.meta.dirname, 'python', `${name}.py`);
}
