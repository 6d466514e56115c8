import { existsSync } from 'node:fs';
import { directoryStore } from '@proofmill/blob';
import {
  ConfigurationError,
  IntegrityError,
  type OutputManifest,
  outputManifestSchema,
  outputPaths,
  type Store,
} from '@proofmill/contract';
import { readObject } from '@proofmill/plan';

/** The store of an output folder that must be there. */
export function existingOutput(out: string): Store {
  if (!existsSync(out)) throw new ConfigurationError(`${out}: there is no such folder`);
  return directoryStore(out);
}

/** _MANIFEST.json of a finished output. */
export async function readOutputManifest(out: string): Promise<OutputManifest> {
  const manifest = await readObject(directoryStore(out), outputPaths.manifest, outputManifestSchema);
  if (!manifest) throw new IntegrityError(`${out}/${outputPaths.manifest} is missing, though the run is done`);
  return manifest;
}
