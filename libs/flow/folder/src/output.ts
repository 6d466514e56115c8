/** What closes a complete output: _MANIFEST.json names all of it, _SUCCESS names _MANIFEST.json and is written last. */
import { type OutputManifest, outputManifestSchema, outputPaths, type Store, sha256 } from '@proofmill/contract';
import { z } from 'zod';
import { damaged } from './damage.ts';
import { createSame, objectBytes, parseObject, readObject } from './objects.ts';

const successSchema = z.object({ v: z.literal(1), manifestSha256: z.string() });

/** _MANIFEST.json, which has to be the one that _SUCCESS names, where there is one. Null where there is none. */
export async function readOutputManifest(store: Store): Promise<OutputManifest | null> {
  const bytes = await store.read(outputPaths.manifest);
  if (!bytes) return null;
  const manifest = parseObject(store, outputPaths.manifest, bytes, outputManifestSchema);
  const success = await readSuccess(store);
  if (success && success.manifestSha256 !== sha256(bytes))
    throw damaged(store, outputPaths.manifest, 'is not the one that _SUCCESS names');
  return manifest;
}

const readSuccess = (store: Store): Promise<z.infer<typeof successSchema> | null> =>
  readObject(store, outputPaths.success, successSchema);

/** Whether an output is complete: it has its _SUCCESS. IntegrityError where that is damaged. */
export const isComplete = async (store: Store): Promise<boolean> => (await readSuccess(store)) !== null;

/** Whether the working files of an output were removed, or have begun to be: CLEANED exists, whatever it holds. */
export const isCleaned = async (store: Store): Promise<boolean> => (await store.read(outputPaths.cleaned)) !== null;

/** Notes that the working files of an output are gone on purpose, ahead of removing the first one. */
export const markCleaned = (store: Store): Promise<void> =>
  createSame(store, outputPaths.cleaned, objectBytes({ v: 1 }));

/** Creates both, in their order. ConfigurationError where an existing one says something else. */
export async function closeOutput(store: Store, output: OutputManifest): Promise<void> {
  const manifest = objectBytes(output, 1);
  const success: z.infer<typeof successSchema> = { v: 1, manifestSha256: sha256(manifest) };
  await createSame(store, outputPaths.manifest, manifest);
  await createSame(store, outputPaths.success, objectBytes(success));
}
