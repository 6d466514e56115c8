/** What an image takes from the machine that builds it, as parts: system libraries, by the package that owns them. */
import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { type Part, partFile } from './part.ts';

const run = promisify(execFile);

/**
 * The packages that own the given files, sorted by name, each with those of its files. Rejects if a file is not the one that its package
 * installed. Only Debian and its derivatives can look packages up; elsewhere a file is a part of its own.
 */
export async function systemParts(paths: readonly string[]): Promise<Part[]> {
  const owned = await Promise.all(paths.map(async (path) => ({ path, owner: await packageOf(path) })));
  const owners = [...new Set(owned.map(({ owner }) => owner))].filter((owner) => owner !== null).sort();
  const packages = owners.map((owner) =>
    debianPart(
      owner,
      owned.filter((file) => file.owner === owner).map(({ path }) => path),
    ),
  );
  const others = owned.filter(({ owner }) => owner === null).map(({ path }) => unknownPart(path));
  return Promise.all([...packages, ...others]);
}

/** `libc6:amd64: /lib/x86_64-linux-gnu/libc.so.6` -> libc6; null where no package is known to own the file. */
export async function packageOf(path: string): Promise<string | null> {
  for (const candidate of await namesOf(path)) {
    const { stdout } = await run('dpkg-query', ['--search', candidate]).catch(() => ({ stdout: '' }));
    const name = /^([^:,\s]+)/.exec(stdout)?.[1];
    if (name) return name;
  }
  return null;
}

/** If /lib is a link to /usr/lib, dpkg may list either path. */
async function namesOf(path: string): Promise<string[]> {
  const real = await realpath(path);
  return [path, real, real.replace(/^\/usr/, ''), `/usr${path}`];
}

async function debianPart(name: string, paths: readonly string[]): Promise<Part> {
  const format = '$' + '{Version} $' + '{Architecture}';
  const [version = '', architecture = ''] = (await run('dpkg-query', ['-W', `-f=${format}`, name])).stdout.split(' ');
  await refuseChanged(name, paths);
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const [vendor = 'debian', release = ''] = ['ID', 'VERSION_ID'].map(
    (field) => new RegExp(`^${field}="?([^"\n]*)`, 'm').exec(system)?.[1],
  );
  return {
    name,
    version,
    purl: `pkg:deb/${vendor}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=${vendor}-${release}`,
    licence: null,
    archiveSha512: null,
    files: await Promise.all(paths.map(async (path) => partFile(path, await readFile(path)))),
    checked: 'dpkg --verify compared the files with the digests of the installed package.',
  };
}

/** A line of dpkg --verify is a file that differs: `??5??????   /lib/x86_64-linux-gnu/libc.so.6`. */
async function refuseChanged(name: string, paths: readonly string[]): Promise<void> {
  const { stdout } = await run('dpkg', ['--verify', name]).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }));
  const changed = new Set(stdout.split('\n').map((line) => line.slice(line.indexOf('/'))));
  for (const path of paths) {
    if ((await namesOf(path)).some((known) => changed.has(known))) {
      throw new Error(`${path} is not the file that the package ${name} installed: install the package again`);
    }
  }
}

const unknownPart = async (path: string): Promise<Part> => ({
  name: basename(path),
  version: null,
  purl: null,
  licence: null,
  archiveSha512: null,
  files: [partFile(path, await readFile(path))],
  checked: 'Nothing: this machine has no package database that knows the file.',
});
