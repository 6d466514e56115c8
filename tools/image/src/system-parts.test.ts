import { chmod, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { systemParts } from './system-parts.ts';

/** A package database in the place of this machine's, which a test must not damage. `differing`: what its check prints. */
async function withDatabase(folder: string, library: string, differing: string): Promise<void> {
  const clients = {
    'dpkg-query': `case "$1" in --search) [ "$2" = ${library} ] && echo "libx1:amd64: $2" ;; -W) echo "1.2+deb~3 amd64" ;; esac`,
    dpkg: `echo "${differing}"; exit 1`,
  };
  for (const [name, script] of Object.entries(clients)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
}

test('a library belongs to its package, and one that no package owns to itself', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-system-'));
  const [library, other] = [join(folder.path, 'libx.so.1'), join(folder.path, 'liby.so.1')];
  for (const path of [library, other]) await writeFile(path, 'code');
  await withDatabase(folder.path, library, `??5??????   ${other}`);
  expect(await systemParts([library, other])).toMatchObject([
    { name: 'libx1', version: '1.2+deb~3', purl: expect.stringContaining('/libx1@1.2%2Bdeb~3?arch=amd64') },
    { name: 'liby.so.1', version: null, purl: null, checked: expect.stringContaining('Nothing') },
  ]);
});

test('a library that is not the file of its package is refused', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-system-'));
  const library = join(folder.path, 'libx.so.1');
  await writeFile(library, 'other code');
  await withDatabase(folder.path, library, `??5??????   ${library}`);
  await expect(systemParts([library])).rejects.toThrow('is not the file that the package libx1 installed');
});
