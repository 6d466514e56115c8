import { commandLinePage } from './command-line-page.ts';
import { definitionFiles } from './definition/files.ts';
import { jobFilePage } from './job-file-page.ts';
import { profileFilePage } from './profile-file-page.ts';

/** Every generated file: path in the checkout -> content. */
export async function referenceFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/job-file.md': jobFilePage(),
    'docs/profile-file.md': await profileFilePage(),
    'docs/cli.md': commandLinePage(),
    ...definitionFiles(),
  };
}
