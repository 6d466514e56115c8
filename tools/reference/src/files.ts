import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLinePage } from './command-line-page.ts';
import { definitionFiles } from './definition/files.ts';
import { jobFilePage } from './job-file-page.ts';
import { loopFilePage } from './loop-file-page.ts';
import { withTables } from './output-tables.ts';
import { profileFilePage } from './profile-file-page.ts';

const root = join(import.meta.dirname, '../../..');

/** A page that is written by hand, with generated tables in it. */
const handWritten = async (path: string): Promise<string> => withTables(await readFile(join(root, path), 'utf8'));

/** Every generated file: path in the checkout -> content. */
export async function referenceFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/job-file.md': jobFilePage(),
    'docs/loop-file.md': loopFilePage(),
    'docs/profile-file.md': await profileFilePage(),
    'docs/cli.md': await commandLinePage(),
    'docs/output.md': await handWritten('docs/output.md'),
    'docs/judging.md': await handWritten('docs/judging.md'),
    'docs/benchmarks.md': await handWritten('docs/benchmarks.md'),
    'examples/benchmarks/README.md': await handWritten('examples/benchmarks/README.md'),
    'docs/corpora.md': await handWritten('docs/corpora.md'),
    'docs/operations.md': await handWritten('docs/operations.md'),
    'docs/engines.md': await handWritten('docs/engines.md'),
    ...definitionFiles(),
  };
}
