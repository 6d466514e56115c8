import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { vllmVersion } from './pins.ts';

/** `smol`: SmolLM2-135M-Instruct, generates. `smol-scalar`: the same body with a random score head, for /classify and /pooling. */
export type VllmModel = 'smol' | 'smol-scalar';

export const vllmModels: readonly VllmModel[] = ['smol', 'smol-scalar'];

/** Every path below the install's folder. All of it may be deleted at any time when no server runs. */
export interface VllmLayout {
  folder: string;
  /** Written last: with it the install is complete. */
  stamp: string;
  lock: string;
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

/** The folder that holds caches: PROOFMILL_CACHE, else XDG_CACHE_HOME (if absolute, as its specification asks), else ~/.cache. */
function defaultCacheDir(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.PROOFMILL_CACHE) return resolve(environment.PROOFMILL_CACHE);
  const xdg = environment.XDG_CACHE_HOME;
  return xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache');
}

/** Where things lie in `<cacheDir>/proofmill/vllm-<version>`. */
export function vllmLayout(cacheDir: string = defaultCacheDir()): VllmLayout {
  const folder = join(resolve(cacheDir), 'proofmill', `vllm-${vllmVersion}`);
  const venv = join(folder, 'venv');
  return {
    folder,
    stamp: join(folder, 'stamp.json'),
    lock: join(folder, 'lock'),
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
