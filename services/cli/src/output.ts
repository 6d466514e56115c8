import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { openStore } from '@proofmill/blob';
import {
  ConfigurationError,
  IntegrityError,
  type OutputManifest,
  outputManifestSchema,
  outputPaths,
  type Store,
} from '@proofmill/contract';
import { readObject } from '@proofmill/plan';

const isUri = (out: string): boolean => out.includes('://');

/** The store of an output folder that must be there. Object stores have no folders: what is not there is found missing when it is read. */
export function existingOutput(out: string): Store {
  if (!isUri(out) && !existsSync(out)) throw new ConfigurationError(`${out}: there is no such folder`);
  return openStore(out);
}

/** An output folder as a person would type it here. */
export const shownOutput = (out: string): string => (isUri(out) ? out : relative('', out) || '.');

/** Whether the job of an output folder is complete. */
export const isComplete = async (out: string): Promise<boolean> =>
  (await openStore(out).read(outputPaths.success)) !== null;

/** _MANIFEST.json of a finished output. */
export async function readOutputManifest(out: string): Promise<OutputManifest> {
  const manifest = await readObject(openStore(out), outputPaths.manifest, outputManifestSchema);
  if (!manifest) throw new IntegrityError(`${out}/${outputPaths.manifest} is missing, though the run is done`);
  return manifest;
}
