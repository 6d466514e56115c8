import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { place } from './place.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-place-'));
  await writeFile(join(folder, 'source'), 'content');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A link() that fails with `code` for some sources, as a link to another file system does. */
const failingFor = (code: string, isFailing: (source: string) => boolean): typeof link => {
  return async (source, target) => {
    if (isFailing(String(source))) throw Object.assign(new Error(code), { errno: -1, code });
    await link(source, target);
  };
};

it.each(['EXDEV', 'EPERM', 'EMLINK'])('copies where link() gives %s, and leaves no temporary file', async (code) => {
  const linkFile = failingFor(code, (source) => source.endsWith('/source'));
  expect(await place(join(folder, 'source'), join(folder, 'target'), linkFile)).toBe(true);
  expect(await place(join(folder, 'source'), join(folder, 'target'), linkFile)).toBe(false);
  expect(await readFile(join(folder, 'target'), 'utf8')).toBe('content');
  expect((await readdir(folder)).sort()).toEqual(['source', 'target']);
});

it('names the cause where the file system has no hard links at all', async () => {
  const linkFile = failingFor('ENOTSUP', () => true);
  const placed = place(join(folder, 'source'), join(folder, 'target'), linkFile);
  await expect(placed).rejects.toThrow(ConfigurationError);
  await expect(placed).rejects.toThrow(/no hard links/);
  expect(await readdir(folder)).toEqual(['source']);
});
