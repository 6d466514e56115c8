/** The licences of the libraries in a bundle, and of those of the system: most of them ask that their text goes along. */
import { execFile } from 'node:child_process';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageFile } from './files.ts';

const run = promisify(execFile);

/** One text for all npm packages that `sources` (paths below `root`) come from, by name. */
export async function licencesOf(root: string, sources: readonly string[]): Promise<string> {
  const folders = new Set(sources.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = await Promise.all([...folders].map((folder) => licenceOf(join(root, folder))));
  return texts.sort().join('\n\n');
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`== ${name} ${version} (${license ?? 'licence not named'})`, ...texts.map((text) => text.trim())].join(
    '\n\n',
  );
}

/**
 * The copyright files of the system's packages that files come from, at their own places: /usr/share/doc/PACKAGE/copyright.
 * Only Debian and its like can say which packages those are; elsewhere there are none.
 */
export async function systemLicences(paths: readonly string[]): Promise<Map<string, ImageFile>> {
  const packages = new Set((await Promise.all(paths.map(packageOf))).filter((name) => name !== null));
  const found = await Promise.all(
    [...packages].sort().map(async (name): Promise<[string, ImageFile] | null> => {
      const path = `/usr/share/doc/${name}/copyright`;
      const content = await readFile(path).catch(() => null);
      return content && [path, { content }];
    }),
  );
  return new Map(found.filter((file) => file !== null));
}

/** `libc6:amd64: /lib/x86_64-linux-gnu/libc.so.6` -> libc6. Where /lib is a link to /usr/lib, either path may be the listed one. */
async function packageOf(path: string): Promise<string | null> {
  const real = await realpath(path);
  for (const candidate of [path, real, real.replace(/^\/usr/, ''), `/usr${path}`]) {
    const { stdout } = await run('dpkg-query', ['--search', candidate]).catch(() => ({ stdout: '' }));
    const name = /^([^:,\s]+)/.exec(stdout)?.[1];
    if (name) return name;
  }
  return null;
}
