/**
 * Proofmill as a folder that needs nothing but Node:
 *
 *   proofmill.js                 the command
 *   lib/*.js                     the code with all of its libraries; code behind import() has its own files
 *   profiles/                    the judge profiles, beside lib/ as they are beside src/ in the sources
 *   examples/                    jobs and corpora
 *   LICENSE, THIRD-PARTY.txt     the licences of Proofmill and of the bundled libraries
 *   sbom.spdx.json               the bundled libraries, and whatever else is in the image; added by whoever knows that
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type ImageFile, textFile } from './files.ts';
import { licencesOf } from './licences.ts';
import { npmParts, packageFolders } from './npm-parts.ts';
import type { Part } from './part.ts';
import { nodePlace, proofmillVersion } from './settings.ts';
import { root } from './source.ts';

/** CommonJS libraries call `require` for Node's own modules, which an ES module has to create. */
const banner = `import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);`;

export interface Bundle {
  /** The files of the folder, by path. */
  readonly files: Map<string, ImageFile>;
  /** The npm packages whose code is in them. */
  readonly parts: readonly Part[];
}

export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, 'services/cli/src/main.ts')],
    absWorkingDir: root,
    outdir: join(root, 'tmp/image/lib'),
    write: false,
    metafile: true,
    bundle: true,
    // Code behind import() is not loaded when a command starts.
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Prefers the ES modules of a library that has both kinds: import() of CommonJS would give no names.
    mainFields: ['module', 'main'],
    target: 'node24',
    banner: { js: banner },
    // Names in stack traces are worth more than a smaller file.
    minify: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const manifest = { name: 'proofmill', version: await proofmillVersion(), private: true, type: 'module' };
  const packages = packageFolders(Object.keys(metafile.inputs));
  const files = new Map<string, ImageFile>([
    ['proofmill.js', { ...textFile(`#!${nodePlace}\nimport './lib/main.js';\n`), executable: true }],
    ['package.json', textFile(`${JSON.stringify(manifest)}\n`)],
    ...outputFiles.map(({ path, contents }) => [`lib/${basename(path)}`, { content: contents }] as const),
    ...(await folderFiles('libs/core/judge/profiles', 'profiles')),
    ...(await folderFiles('examples', 'examples')),
    ['LICENSE', { content: await readFile(join(root, 'LICENSE')) }],
    ['THIRD-PARTY.txt', textFile(await licencesOf(root, packages))],
  ]);
  return { files, parts: await npmParts(root, packages) };
}

/** All files below a folder of the checkout, except the output of jobs that ran in it. */
async function folderFiles(from: string, to: string): Promise<[string, ImageFile][]> {
  const entries = await readdir(join(root, from), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, from).length + 1))
    .filter((path) => !/-out\//.test(path));
  return Promise.all(
    files.map(
      async (path): Promise<[string, ImageFile]> => [
        `${to}/${path}`,
        { content: await readFile(join(root, from, path)) },
      ],
    ),
  );
}
