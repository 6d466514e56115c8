/** A program of this machine with the shared libraries that it loads, at the paths where its loader looks for them. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageFile } from './files.ts';

const run = promisify(execFile);

/** Libraries that the C library loads by name to look up a host or a user. Newer C libraries include them. */
const lookups = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/** Reads `program`, which gets the path `place` in the image, and its libraries. A static program has none. */
export async function programFiles(program: string, place: string): Promise<Map<string, ImageFile>> {
  const files = new Map<string, ImageFile>([[place, { content: await readFile(program), executable: true }]]);
  const libraries = await librariesOf(program);
  for (const path of libraries) files.set(path, { content: await readFile(path), executable: true });
  const libc = libraries.find((path) => path.endsWith('/libc.so.6'));
  for (const name of libc ? lookups : []) {
    const path = join(dirname(libc ?? ''), name);
    const content = await readFile(path).catch(() => null);
    if (content) files.set(path, { content, executable: true });
  }
  return files;
}

/** The absolute paths that ldd prints: `libm.so.6 => /lib/../libm.so.6 (0x..)`, and for the loader only its path. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout, stderr } = await run('ldd', [program]).catch((error: { stdout?: string; stderr?: string }) => ({
    stdout: error.stdout ?? '',
    stderr: error.stderr ?? String(error),
  }));
  if (/not a dynamic executable|statically linked/.test(stdout + stderr)) return [];
  if (/not found/.test(stdout)) throw new Error(`${program} lacks a library on this machine:\n${stdout}`);
  const paths = [...stdout.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, path]) => path ?? '');
  if (paths.length === 0) throw new Error(`ldd prints nothing for ${program}: ${stderr}`);
  return paths.sort();
}
