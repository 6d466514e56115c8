/** `npm run example-corpus [-- FOLDER]`: writes the example corpus, with the same bytes each time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleCorpus } from './corpus.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../../../examples/corpus');
mkdirSync(folder, { recursive: true });
for (const [name, content] of exampleCorpus()) {
  writeFileSync(join(folder, name), content);
  console.log(`${join(folder, name)}: ${content.length} bytes`);
}
