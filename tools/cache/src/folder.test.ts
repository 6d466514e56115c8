import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from './folder.ts';

test.each([
  [{ PROOFMILL_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
  [{ PROOFMILL_CACHE: 'here', XDG_CACHE_HOME: '/b' }, resolve('here')],
  [{ XDG_CACHE_HOME: '/b' }, '/b'],
  [{ XDG_CACHE_HOME: 'relative' }, join(homedir(), '.cache')],
  [{}, join(homedir(), '.cache')],
])('with %j it is below %s', (environment, cache) => {
  expect(cacheFolder('thing-1.2', environment)).toBe(join(cache, 'proofmill', 'thing-1.2'));
});
