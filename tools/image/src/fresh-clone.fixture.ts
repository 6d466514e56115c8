/** Clones of this checkout as it is now, as somebody else would have them: other folders, all times of today. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './source.ts';

const run = promisify(execFile);
const maxBuffer = 64 * 1024 * 1024;

/** A repository in `folder` with one commit: the files of the checkout, changed and new ones included. */
export async function committedCopy(folder: string): Promise<string> {
  await mkdir(folder);
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', ['-C', root, ...listed], { maxBuffer });
  // git still lists a file that was deleted and not committed.
  for (const path of stdout.split('\0').filter(Boolean))
    await cp(join(root, path), join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  const identity = { GIT_AUTHOR_NAME: 'test', GIT_AUTHOR_EMAIL: 'test@test', GIT_AUTHOR_DATE: '1700000000 +0200' };
  const committer = {
    GIT_COMMITTER_NAME: 'test',
    GIT_COMMITTER_EMAIL: 'test@test',
    GIT_COMMITTER_DATE: '1700000000 +0200',
  };
  const env = { ...process.env, ...identity, ...committer };
  for (const words of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--no-verify', '--message', 'all'],
  ]) {
    await run('git', ['-C', folder, ...words], { env, maxBuffer });
  }
  return folder;
}

/** A clone with the installed packages of this checkout, ours excepted: the links to those are relative, and lead into the clone. */
export async function freshClone(repository: string, folder: string): Promise<string> {
  await run('git', ['clone', '--quiet', repository, folder]);
  await mkdir(join(folder, 'node_modules'));
  const names = (await readdir(join(root, 'node_modules'))).map((name) => join(root, 'node_modules', name));
  const copy = (...flags: string[]) => run('cp', ['-a', ...flags, ...names, join(folder, 'node_modules')]);
  // Hard links take a second; another file system allows none.
  await copy('--link').catch(() => copy());
  return folder;
}
