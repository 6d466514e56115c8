/** Packages of npm as parts of an image, with the digests of package-lock.json. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from './part.ts';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
}

/** The folders of installed packages, below the root, that `sources` (paths below the root) come from. */
export const packageFolders = (sources: readonly string[]): string[] => [
  ...new Set(sources.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])),
];

/**
 * The packages in these folders below `root`, each name and version once, sorted. Rejects if one is not what package-lock.json says: the
 * digest there would be that of another package.
 */
export async function npmParts(root: string, folders: readonly string[]): Promise<Part[]> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const parts = await Promise.all(folders.map((folder) => npmPart(root, folder, packages[folder])));
  const once = new Map(parts.map((part) => [part.purl, part]));
  return [...once.values()].sort((a, b) => ((a.purl ?? '') < (b.purl ?? '') ? -1 : 1));
}

async function npmPart(root: string, folder: string, locked: Locked | undefined): Promise<Part> {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const digest = /^sha512-(\S+)$/.exec(locked?.integrity ?? '')?.[1];
  if (locked?.version !== version || digest === undefined) {
    throw new Error(
      `${folder} holds ${name} ${version}, and package-lock.json ${locked?.version ?? 'none'}: run npm ci, then build the image again`,
    );
  }
  return {
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licence: license ?? null,
    archiveSha512: Buffer.from(digest, 'base64').toString('hex'),
    files: [],
    checked: 'npm compared the archive with this digest, which package-lock.json has, when it installed the package.',
  };
}
