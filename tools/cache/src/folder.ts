import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * The cache folder of one fetched or built item, `<cache>/proofmill/<name>`; the name includes the version. The cache is
 * PROOFMILL_CACHE, else XDG_CACHE_HOME (if absolute, as its specification asks), else ~/.cache.
 */
export function cacheFolder(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const { PROOFMILL_CACHE, XDG_CACHE_HOME } = environment;
  const xdg = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(PROOFMILL_CACHE ? resolve(PROOFMILL_CACHE) : xdg, 'proofmill', name);
}
