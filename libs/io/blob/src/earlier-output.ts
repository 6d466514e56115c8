/** Keeps a glob from reading an earlier output as a corpus: `**` + `/*.jsonl` beside a job file finds its rows and failures, too. */
import { ConfigurationError } from '@proofmill/contract';

/** What an output folder has, and a folder of a user rarely has. */
export const outputMarks = ['.proofmill', '_MANIFEST.json'] as const;

/** The folders of an output that hold lines of JSON. */
const partsOfOutput = new Set(['data', 'failed', '.proofmill']);

/**
 * The folder that would be an earlier output if it had one of its marks: the parent of a `data`, `failed` or `.proofmill` in the
 * path that the glob itself does not name. Null where there is none: a user who writes `labels/data/*.jsonl` means those rows.
 */
export function suspectedOutput(pattern: string, path: string): string | null {
  const named = new Set(pattern.split('/'));
  const steps = path.split('/');
  const at = steps.findIndex((step, index) => index < steps.length - 1 && partsOfOutput.has(step) && !named.has(step));
  return at < 0 ? null : steps.slice(0, at).join('/');
}

/**
 * Checks the files that a glob found. `isOutput` says whether a folder has a mark of an output; it is asked once a folder.
 * @throws ConfigurationError for a file of an earlier output
 */
export async function refuseEarlierOutput(
  uri: string,
  pattern: string,
  found: readonly string[],
  isOutput: (folder: string) => Promise<boolean>,
): Promise<void> {
  const known = new Map<string, boolean>();
  for (const path of found) {
    const folder = suspectedOutput(pattern, path);
    if (folder === null) continue;
    const answer = known.get(folder) ?? (await isOutput(folder));
    known.set(folder, answer);
    if (!answer) continue;
    throw new ConfigurationError(
      `the corpus ${uri} matches ${path}, a file of an earlier output in ${folder || 'the same folder'}. Name the files of the corpus alone; if the rows of that output are meant, name its folder data: ${folder === '' ? '' : `${folder}/`}data/*`,
    );
  }
}
