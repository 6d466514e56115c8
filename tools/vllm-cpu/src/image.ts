/**
 * A container image with what the vLLM installation needs from this machine: the Python of its venv, and shared libraries. The
 * installation itself takes 7 GB and stays in its folder, which a pod mounts at any path.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  type ImageFile,
  layerEntries,
  programFiles,
  systemFiles,
  user,
  type WrittenImage,
  writeArchive,
} from '@proofmill/image';
import type { VllmInstall } from './install/setup.ts';

const run = promisify(execFile);

/** Parts of Python's library that no server needs, or that only work elsewhere. */
const leftOut = new Set(['site-packages', 'dist-packages', '__pycache__', 'test', 'idlelib', 'tkinter', 'ensurepip']);
/** vLLM runs lscpu through a shell to learn about the processors. */
const helpers = ['/bin/sh', '/usr/bin/lscpu'];

/** Writes the image as an OCI archive. The image has no entrypoint; the venv's Python is in the mounted folder. */
export async function writeVllmImage(install: VllmInstall, file: string, name: string): Promise<WrittenImage> {
  const { layout } = install;
  const { standardLibrary, base } = await askPython(layout.python);
  const files = new Map<string, ImageFile>(systemFiles());
  for (const path of await filesBelow(standardLibrary)) {
    files.set(path, { content: await readFile(path), executable: path.endsWith('.so') });
  }
  for (const path of await linksTo(layout.python)) {
    if (!relative(layout.venv, path).startsWith('..')) continue; // the mounted folder has it
    files.set(path, await fileOrLink(path));
  }
  const programs = [await lastOf(layout.python), ...(await lastOfAll(helpers))];
  for (const program of programs) {
    for (const [path, content] of await programFiles(program, program)) files.set(path, content);
  }
  for (const helper of helpers) for (const path of await linksTo(helper)) files.set(path, await fileOrLink(path));
  const libraries = [...(await sharedObjects(layout.venv)), ...(await sharedObjects(standardLibrary))];
  for (const path of await librariesOf(libraries)) {
    if (path.startsWith(`${layout.folder}/`) || path.startsWith(`${base}/`)) continue;
    files.set(path, { content: await readFile(path), executable: true });
  }
  return writeArchive(file, [layerEntries(files, ['/tmp'])], {
    name,
    user: `${user.id}:${user.id}`,
    entrypoint: [],
    workingDir: '/',
    env: ['PATH=/usr/bin:/bin', 'HOME=/tmp'],
    labels: { 'org.opencontainers.image.title': 'what vLLM for CPU needs', 'org.opencontainers.image.version': '1' },
  });
}

async function askPython(python: string): Promise<{ standardLibrary: string; base: string }> {
  const script = 'import json, sys, sysconfig; print(json.dumps([sysconfig.get_path("stdlib"), sys.base_prefix]))';
  const { stdout } = await run(python, ['-I', '-c', script]);
  const [standardLibrary = '', base = ''] = JSON.parse(stdout) as string[];
  return { standardLibrary, base };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() && !entry.name.startsWith('_tkinter') ? [path] : [];
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

const lastOf = async (path: string): Promise<string> => (await linksTo(path)).at(-1) ?? path;
const lastOfAll = (paths: readonly string[]): Promise<string[]> => Promise.all(paths.map(lastOf));

async function fileOrLink(path: string): Promise<ImageFile> {
  const target = await readlink(path).catch(() => null);
  if (target !== null) return { link: target };
  const { mode } = await stat(path);
  return { content: await readFile(path), executable: (mode & 0o111) !== 0 };
}
