/** What an image needs of a Python of this machine. */
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type ImageFile, programFiles } from '@proofmill/image';

const run = promisify(execFile);

/** Parts of Python's library that no server needs, or that only work elsewhere. */
const leftOut = new Set(['site-packages', 'dist-packages', '__pycache__', 'test', 'idlelib', 'tkinter', 'ensurepip']);

/** The interpreter by all of its names, its library, and the shared libraries of both and of the packages in these folders. */
export async function interpreterFiles(python: string, packages: readonly string[]): Promise<Map<string, ImageFile>> {
  const script = 'import sysconfig; print(sysconfig.get_path("stdlib"))';
  const { stdout } = await run(python, ['-I', '-c', script]);
  const library = stdout.trim();
  const files = new Map<string, ImageFile>(await filesBelow(library));
  for (const [path, content] of await commandFiles(python)) files.set(path, content);
  const objects = (await Promise.all([library, ...packages].map(sharedObjects))).flat();
  for (const path of await librariesOf(objects)) {
    if (!files.has(path)) files.set(path, { content: await readFile(path), executable: true });
  }
  return files;
}

/** A program of this machine, the links that lead to it, and its shared libraries. */
export async function commandFiles(path: string): Promise<Map<string, ImageFile>> {
  const links = await linksTo(path);
  const program = links.at(-1) ?? path;
  const files = new Map<string, ImageFile>(await programFiles(program, program));
  for (const link of links) files.set(link, await fileOrLink(link));
  return files;
}

/** The files of a folder of Python modules, by their paths. */
export async function filesBelow(folder: string): Promise<[string, ImageFile][]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map(async (entry): Promise<[string, ImageFile][]> => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : filesBelow(path);
    if (!entry.isFile() || entry.name.startsWith('_tkinter')) return [];
    return [[path, { content: await readFile(path), executable: path.endsWith('.so') }]];
  });
  return (await Promise.all(found)).flat();
}

async function sharedObjects(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const named = entries.filter(({ name }) => /\.so($|\.)/.test(name) && !name.startsWith('_tkinter'));
  return named.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The libraries that these files are linked with, as ldd finds them here. Some files are for other machines and are not linked. */
async function librariesOf(objects: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let from = 0; from < objects.length; from += 200) {
    const batch = objects.slice(from, from + 200);
    const options = { maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await run('ldd', batch, options).catch((error: { stdout?: string }) => ({
      stdout: error.stdout ?? '',
    }));
    for (const [, path = ''] of stdout.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)) found.add(path);
  }
  return found;
}

/** A path and every path that its links lead to, down to the file. */
async function linksTo(path: string): Promise<string[]> {
  const target = await readlink(path).catch(() => null);
  return target === null ? [path] : [path, ...(await linksTo(resolve(dirname(path), target)))];
}

async function fileOrLink(path: string): Promise<ImageFile> {
  const target = await readlink(path).catch(() => null);
  if (target !== null) return { link: target };
  const { mode } = await stat(path);
  return { content: await readFile(path), executable: (mode & 0o111) !== 0 };
}
