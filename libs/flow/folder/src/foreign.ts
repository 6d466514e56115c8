/** Keeps a job out of a folder that holds anything else: nothing of a user's is mixed with rows, or overwritten. */
import { ConfigurationError, outputPaths, type Store } from '@proofmill/contract';
import type { StageFolder } from './stage-folder.ts';

/** What people and systems put into an empty folder: it keeps the folder, and is no content. */
const placeholder = /(^|\/)(\.gitkeep|\.gitignore|\.keep|\.DS_Store|\.nfs[^/]*)$/;
const mostListed = 50;
const mostShown = 3;

/**
 * Looks whether a job may write to a folder: a new or an empty one, or its own. `first` is the folder of its first stage, whose
 * job.json is the first object that a job writes; `place` is the output folder as the user knows it.
 * @throws ConfigurationError for a folder that holds other files, another job or the rest of an output
 */
export async function refuseForeign(first: StageFolder, place: string): Promise<void> {
  const { store, paths } = first;
  // A damaged job.json may have been removed. stage.json names the same job, and whoever opens the job compares it.
  const isOurs = async (): Promise<boolean> =>
    (await store.read(paths.job)) !== null || (await store.read(paths.stage)) !== null;
  if (await isOurs()) return;
  const found = (await store.list('', mostListed)).filter((path) => isContent(path));
  // A twin may have begun the same job after the first look.
  if (found.length === 0 || (await isOurs())) return;
  throw new ConfigurationError(
    `the output folder ${place} holds ${await described(store, found)}. Name a new or an empty folder (output.uri, or --out)`,
  );
}

/** Some programs create an object for a folder; its name ends with a slash. */
const isContent = (path: string): boolean => path !== '' && !path.endsWith('/') && !placeholder.test(path);

/** What a folder holds, of which some paths were found. */
async function described(store: Store, found: readonly string[]): Promise<string> {
  // A stage is a folder; other files may stand beside it.
  const working = (await store.list('.proofmill/', mostListed)).map((path) => path.split('/'));
  const stage = working.find(({ length }) => length > 2)?.[1];
  if (stage !== undefined) return `another job, with a stage ${stage} (.proofmill/${stage})`;
  if ((await store.read(outputPaths.success)) !== null) {
    return 'an output whose working files (.proofmill) are gone, so that nothing can be added to it';
  }
  const names = [...new Set(found.map((path) => path.replace(/\/.*/s, '/')))];
  const shown = names.slice(0, mostShown).join(', ');
  return `files and no job of Proofmill: ${shown}${names.length > mostShown ? ' and more' : ''}`;
}
