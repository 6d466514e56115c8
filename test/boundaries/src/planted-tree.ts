import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from './cruise.ts';

/**
 * A tree beside the real one with the same packages (names, doors, dependencies; no code) and the given files, so that
 * bad imports can be planted without other tools seeing them. It lies inside the repository, where the installed
 * libraries are found as they are from the real packages. Removed on dispose.
 */
export async function plantedTree(files: Record<string, string>): Promise<AsyncDisposable & { folder: string }> {
  await mkdir(join(root, 'tmp'), { recursive: true });
  const folder = await mkdtemp(join(root, 'tmp/boundaries-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };

  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await mkdir(join(folder, 'node_modules/@proofmill'), { recursive: true });
  for (const manifest of globSync('{libs/*/*,services/*,tools/*,test/*}/package.json', { cwd: root })) {
    const text = await readFile(join(root, manifest), 'utf8');
    await write(manifest, text);
    await write(join(dirname(manifest), 'src/index.ts'), 'export {};\n');
    const { name } = JSON.parse(text) as { name: string };
    await symlink(join(folder, dirname(manifest)), join(folder, 'node_modules', name));
  }
  await mkdir(join(folder, 'scripts'), { recursive: true });
  for (const [path, text] of Object.entries(files)) await write(path, text);

  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
