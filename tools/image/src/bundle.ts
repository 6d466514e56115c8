/**
 * Proofmill as a folder that needs nothing but Node:
 *
 *   proofmill.js                 the command
 *   lib/*.js                     the code with all of its libraries; what is imported when asked for is a file of its own
 *   profiles/                    the judge profiles, beside lib/ as they lie beside src/ in the sources
 *   examples/                    jobs and corpora
 *   LICENSE, THIRD-PARTY.txt     licences, ours and those of the libraries inside
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type ImageFile, textFile } from './files.ts';
import { licencesOf } from './licences.ts';
import { nodePlace, proofmillVersion } from './settings.ts';

const root = join(import.meta.dirname, '../../..');

/** Libraries that are CommonJS call `require` for Node's own modules; a module has none until one is made. */
const banner = `import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);`;

/** The files of the folder, by their path in it. */
export async function bundle(): Promise<Map<string, ImageFile>> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, 'services/cli/src/main.ts')],
    absWorkingDir: root,
    outdir: join(root, 'tmp/image/lib'),
    write: false,
    metafile: true,
    bundle: true,
    // Code that is imported by import() stays outside of the start of a command.
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Of a library that is there as both, the modules: import() of CommonJS would give no names.
    mainFields: ['module', 'main'],
    target: 'node24',
    banner: { js: banner },
    // Names in stack traces are worth more than a smaller file.
    minify: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const manifest = { name: 'proofmill', version: await proofmillVersion(), private: true, type: 'module' };
  return new Map<string, ImageFile>([
    ['proofmill.js', { ...textFile(`#!${nodePlace}\nimport './lib/main.js';\n`), executable: true }],
    ['package.json', textFile(`${JSON.stringify(manifest)}\n`)],
    ...outputFiles.map(({ path, contents }) => [`lib/${basename(path)}`, { content: contents }] as const),
    ...(await folderFiles('libs/core/judge/profiles', 'profiles')),
    ...(await folderFiles('examples', 'examples')),
    ['LICENSE', { content: await readFile(join(root, 'LICENSE')) }],
    ['THIRD-PARTY.txt', textFile(await licencesOf(root, Object.keys(metafile.inputs)))],
  ]);
}

/** All files below a folder of the checkout but the output of jobs that were run in it. */
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
