/** The licences of bundled libraries and of system libraries: most require that a copy includes their text. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageFile } from './files.ts';
import { packageOf } from './system-parts.ts';

/** One text with the licences of the npm packages in these folders below `root`, sorted by name. */
export async function licencesOf(root: string, folders: readonly string[]): Promise<string> {
  const texts = await Promise.all(folders.map((folder) => licenceOf(join(root, folder))));
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
 * The copyright files of the system packages that own the given files, at /usr/share/doc/PACKAGE/copyright. Only Debian and its
 * derivatives can look up those packages; on other systems there are none.
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
