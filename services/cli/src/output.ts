import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { openStore } from '@proofmill/blob';
import {
  ConfigurationError,
  type Generation,
  generationFolder,
  IntegrityError,
  type OutputManifest,
  outputPaths,
  type Store,
} from '@proofmill/contract';
import { exportedTo } from '@proofmill/export';
import { generationStore, isComplete, newestOutput, readGenerations } from '@proofmill/folder';
import { isLoopFolder } from '@proofmill/training';

const isUri = (out: string): boolean => out.includes('://');

/**
 * The store of an output folder that must exist. Object stores have no folders: an object is found missing when it is read.
 * @throws {ConfigurationError} when there is no such folder
 */
export function existingOutput(out: string): Store {
  if (isUri(out) || existsSync(out)) return openStore(out);
  // Whoever copies output.uri from a job file elsewhere means another folder.
  const hint = isAbsolute(out) ? '' : '. A path in a command starts at the current folder, output.uri at the job file';
  throw new ConfigurationError(`there is no folder ${resolve(out)}${hint}`);
}

/** The folder of the first run (0) of an output, or of a generation. */
export const folderOfRun = (out: string, generation: number): string =>
  generation === 0 ? out : `${out.replace(/\/+$/, '')}/${generationFolder(generation)}`;

/** An output folder as a person would type it here: the shorter one of its path from the current folder and its whole path. */
export function shownOutput(out: string): string {
  if (isUri(out)) return out;
  const fromHere = relative('', out) || '.';
  const whole = resolve(out);
  return fromHere.length <= whole.length ? fromHere : whole;
}

/** The generation that was begun and is not complete; null without one. */
export async function unfinishedGeneration(out: string): Promise<Generation | null> {
  const store = openStore(out);
  const last = (await readGenerations(store)).at(-1);
  return last && !(await isComplete(generationStore(store, last.number))) ? last : null;
}

/**
 * The newest _MANIFEST.json of an output that should be complete.
 * @throws {ConfigurationError} when it is not, or is no output
 */
export async function completeOutput(out: string): Promise<OutputManifest> {
  const store = existingOutput(out);
  await refuseOtherFolders(out, store);
  const manifest = await newestOutput(store);
  if (manifest) return manifest;
  throw new ConfigurationError(
    `${out}/${outputPaths.manifest} does not exist: the job is not complete, or this is not an output folder. \`proofmill status ${out}\` says how far it is.`,
  );
}

/** Folders of ours that are no output. */
async function refuseOtherFolders(out: string, store: Store): Promise<void> {
  if (await exportedTo(store))
    throw new ConfigurationError(
      `${out} is an export of \`proofmill export\`, and no output of a job. Name the output whose rows it has`,
    );
  if (await isLoopFolder(store))
    throw new ConfigurationError(
      `${out} is the folder of a loop. Name one of the outputs in it, such as ${out}/round-001/label-prove`,
    );
}

/** The newest _MANIFEST.json of a finished output: that of its last generation, or of the first run. */
export async function finishedOutput(out: string): Promise<OutputManifest> {
  const manifest = await newestOutput(openStore(out));
  if (!manifest) throw new IntegrityError(`${out}/${outputPaths.manifest} is missing, though the run is done`);
  return manifest;
}
