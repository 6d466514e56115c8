/**
 * The generated files: pages of docs/, and the definition of the custom resource.
 *
 *   npm run reference          writes them
 *   npm run reference:check    fails if a file differs from what would be written
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { referenceFiles } from './files.ts';

const root = join(import.meta.dirname, '../../..');
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const different: string[] = [];
for (const [path, content] of Object.entries(await referenceFiles())) {
  const file = join(root, path);
  if (!values.check) await writeFile(file, content);
  else if ((await readFile(file, 'utf8').catch(() => null)) !== content) different.push(path);
}
if (different.length > 0) {
  console.error(`these files are not up to date: ${different.join(', ')}. Run npm run reference.`);
  process.exitCode = 1;
}
