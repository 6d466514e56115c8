/** Programs that only some tests and measurements add to a cluster. Each is built once, into a cache folder of its own. */
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '@proofmill/cache';
import { CommandError, ToolError } from '@proofmill/process';
import type { BuildOptions } from './build.ts';
import { checkGo } from './programs.ts';

export interface Addition<Parts> {
  /** Its name in messages. */
  readonly name: string;
  /** What is fetched, from where, and how long the build takes. */
  readonly fetches: string;
  /** Its folder in the cache, which may be deleted at any time. */
  readonly folder: string;
  /** Paths of what the build leaves. */
  readonly parts: Parts;
  /** The part that is written last: it marks the build as complete. */
  readonly last: string;
  /** Writes all parts. The folder `scratch` is removed afterwards. */
  readonly build: (scratch: string) => Promise<void>;
}

/** Null where it is not built. */
export const findAddition = <Parts>({ last, parts }: Addition<Parts>): Promise<Parts | null> =>
  access(last).then(
    () => parts,
    () => null,
  );

/**
 * Builds it, unless it is there. Logs what it fetches, and into which folder.
 * @throws {ToolError} configuration (no Go) or temporary (a download or the build failed)
 */
export async function buildAddition<Parts>(addition: Addition<Parts>, { log, signal }: BuildOptions): Promise<Parts> {
  const { name, folder, fetches, parts, build } = addition;
  if (await findAddition(addition)) return parts;
  await checkGo();
  await mkdir(folder, { recursive: true });
  await using _lock = await lockFolder(folder, { work: 'build', log, signal });
  if (await findAddition(addition)) return parts; // the build that held the lock has completed it
  log(`Building ${name} with Go (${fetches})`);
  log(`  into ${folder}. Delete the folder to undo this; Go keeps its own caches.`);
  try {
    const scratch = join(folder, 'scratch');
    await build(scratch);
    await rm(scratch, { recursive: true, force: true });
    return parts;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new ToolError(
      'temporary',
      `The build of ${name} stopped: ${error.message}\nRun it again. If a download keeps failing, check that this machine reaches the Go module proxy (go env GOPROXY).`,
      { cause: error },
    );
  }
}
