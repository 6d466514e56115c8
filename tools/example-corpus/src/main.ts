/**
 * `npm run example-corpus [-- FOLDER]`: writes the example corpora, with the same bytes each time. Only the files in examples/
 * are overwritten; in another FOLDER, a file that exists and differs is somebody's, and stays.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleCorpus } from './corpus.ts';
import { judgingCorpus } from './judging/files.ts';

const [, , named] = process.argv;
const examples = join(import.meta.dirname, '../../../examples');
write(named ?? join(examples, 'corpus'), exampleCorpus());
write(named ?? join(examples, 'loops/laptop/corpus'), judgingCorpus());

function write(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of files) writeFile(join(folder, name), content);
}

function writeFile(file: string, content: Uint8Array): void {
  if (named !== undefined && existsSync(file) && !readFileSync(file).equals(content)) {
    console.error(`${file} exists and is not the example: name another folder, or move the file away`);
    process.exitCode = 2;
    return;
  }
  writeFileSync(file, content);
  console.log(`${file}: ${content.length} bytes`);
}
