import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { openStore } from '@proofmill/blob';
import { ConfigurationError, IntegrityError, type OutputManifest, outputPaths, type Store } from '@proofmill/contract';
import { readOutputManifest } from '@proofmill/folder';

const isUri = (out: string): boolean => out.includes('://');

/** The store of an output folder that must exist. Object stores have no folders: an object is found missing when it is read. */
export function existingOutput(out: string): Store {
  if (!isUri(out) && !existsSync(out)) throw new ConfigurationError(`${out}: there is no such folder`);
  return openStore(out);
}

/** An output folder as a person would type it here. */
export const shownOutput = (out: string): string => (isUri(out) ? out : relative('', out) || '.');

/** _MANIFEST.json of a finished output. */
export async function finishedOutput(out: string): Promise<OutputManifest> {
  const manifest = await readOutputManifest(openStore(out));
  if (!manifest) throw new IntegrityError(`${out}/${outputPaths.manifest} is missing, though the run is done`);
  return manifest;
}
