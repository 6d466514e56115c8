/** A copy of the repository to plant bugs in: the working tree is never touched. */
import { copyFile, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '@proofmill/process';

export interface Copy extends AsyncDisposable {
  readonly root: string;
}

/** Copies what git knows of the repository, and what it would add. Installed packages are linked, ours to the copy. */
export async function copyOf(repository: string): Promise<Copy> {
  const root = await mkdtemp(join(tmpdir(), 'proofmill-mutants-'));
  const listed = await runCommand('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
  });
  for (const path of listed.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    // git still lists a file that was deleted and not committed.
    await copyFile(join(repository, path), join(root, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await linkPackages(join(repository, 'node_modules'), join(root, 'node_modules'));
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(join(to, '@proofmill'), { recursive: true });
  for (const name of await readdir(from)) if (name !== '@proofmill') await symlink(join(from, name), join(to, name));
  // These links are relative: in the copy they lead to the packages of the copy.
  for (const name of await readdir(join(from, '@proofmill')))
    await symlink(await readlink(join(from, '@proofmill', name)), join(to, '@proofmill', name));
}
