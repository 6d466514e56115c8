import { digestOf, IntegrityError, outputPaths, type Store } from '@proofmill/contract';
import { readObject } from '@proofmill/folder';
import { z } from 'zod';

/** What every training set says of itself. */
const manifestSchema = z.object({
  files: z.array(z.object({ path: z.string(), rows: z.int().nonnegative(), sha256: z.string() })),
});

/** Rows of a complete training set, and a digest over its files that does not depend on where they are. */
export async function trainingSetOf(store: Store): Promise<{ readonly sha256: string; readonly rows: number }> {
  const manifest = await readObject(store, outputPaths.manifest, manifestSchema);
  if (!manifest)
    throw new IntegrityError(`${outputPaths.manifest} of a training set is missing, though the set is done`);
  const { files } = manifest;
  return {
    sha256: digestOf(files.map(({ path, sha256 }) => [path, sha256])),
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
  };
}
