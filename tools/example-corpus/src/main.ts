/**
 * `npm run example-corpus [-- FOLDER]`: writes the example corpus, with the same bytes each time. Only the files in examples/
 * are overwritten; in another FOLDER, a file that exists and differs is somebody's, and stays.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleCorpus } from './corpus.ts';

const [, , named] = process.argv;
const folder = named ?? join(import.meta.dirname, '../../../examples/corpus');
mkdirSync(folder, { recursive: true });
for (const [name, content] of exampleCorpus()) {
  const file = join(folder, name);
  if (named !== undefined && existsSync(file) && !readFileSync(file).equals(content)) {
    console.error(`${file} exists and is not the example: name another folder, or move the file away`);
    process.exitCode = 2;
    continue;
  }
  writeFileSync(file, content);
  console.log(`${file}: ${content.length} bytes`);
}
