/** The state of the checkout that an image is built from. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The root of this checkout. */
export const root = join(import.meta.dirname, '../../..');

export interface Source {
  /** Null without a repository. */
  readonly commit: string | null;
  /** Whether files differ from the commit. */
  readonly isChanged: boolean;
  /**
   * The time that stands for the build, in RFC 3339: SOURCE_DATE_EPOCH (reproducible-builds.org), else that of the commit, else the start of
   * 1970. The clock would make two builds of one commit differ.
   */
  readonly time: string;
}

/** Asks git about a checkout. */
export async function sourceOf(folder: string = root): Promise<Source> {
  const git = async (...words: string[]): Promise<string> => (await run('git', ['-C', folder, ...words])).stdout.trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    const isChanged = (await git('status', '--porcelain')) !== '';
    return { commit, isChanged, time: timeOf(await git('log', '-1', '--format=%ct')) };
  } catch {
    return { commit: null, isChanged: false, time: timeOf('0') };
  }
}

/** The commit, with `-changed` if files differ from it; null if there is no repository. */
export const revisionOf = ({ commit, isChanged }: Source): string | null =>
  commit !== null && isChanged ? `${commit}-changed` : commit;

const timeOf = (commitSeconds: string): string =>
  new Date(Number(process.env.SOURCE_DATE_EPOCH || commitSeconds) * 1000).toISOString().replace('.000Z', 'Z');
