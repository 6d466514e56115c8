/** The manifests of a stage: each one is the commit of a shard. */
import { IntegrityError, type Manifest, manifestSchema } from '@proofmill/contract';
import { pathInOutput } from './damage.ts';
import { objectBytes, readObject } from './objects.ts';
import { inItsPlace, type StageFolder } from './stage-folder.ts';

export async function readManifest(folder: StageFolder, shard: number): Promise<Manifest | null> {
  const { store, paths } = folder;
  const path = paths.manifest(shard);
  const manifest = await readObject(store, path, manifestSchema);
  return manifest && inItsPlace(folder, path, manifest, shard);
}

/** Whether a shard has a manifest, by its name alone. */
export const hasManifest = async ({ store, paths }: StageFolder, shard: number): Promise<boolean> =>
  (await store.read(paths.manifest(shard), { offset: 0, length: 1 })) !== null;

/** Commits a shard. False: another collector was first. */
export async function createManifest({ store, paths }: StageFolder, manifest: Manifest): Promise<boolean> {
  const { created } = await store.write(paths.manifest(manifest.shard), [objectBytes(manifest)]);
  return created;
}

/** The shards that have a manifest, by the names alone. */
export async function committedShards({ store, paths }: StageFolder): Promise<number[]> {
  const names = await store.list(paths.manifests);
  return names.flatMap((path) => {
    const shard = /(\d+)\.json$/.exec(path)?.[1];
    return shard === undefined ? [] : [Number(shard)];
  });
}

/** The manifests of a stage that must be complete, shard by shard. IntegrityError where one is missing. */
export async function* manifestsOf(folder: StageFolder, shards: number): AsyncGenerator<Manifest> {
  for (let shard = 0; shard < shards; shard += 1) {
    const manifest = await readManifest(folder, shard);
    if (!manifest) {
      const path = pathInOutput(folder.store, folder.paths.manifest(shard));
      throw new IntegrityError(`${path} is missing: the stage is not complete`);
    }
    yield manifest;
  }
}
