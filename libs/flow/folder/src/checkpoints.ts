/**
 * Checkpoints: what the journals of a partition held up to some point, so that a restart reads only what follows. Nothing depends on one:
 * it is derived from the journals, which stay, and one that is missing, damaged or out of its place is passed over.
 *
 * One can be built on where what it leaves out is still so: every shard that was committed is, and every journal that it has read exists.
 * A manifest that somebody has removed, for its shard to be committed again, is made from the frames that the checkpoint left out.
 */
import { type Checkpoint, ConfigurationError, checkpointSchema, IntegrityError } from '@proofmill/contract';
import { objectBytes, readObject } from './objects.ts';
import type { StageFolder } from './stage-folder.ts';

/** The newest may be damaged: then the one that it followed serves. */
const kept = 2;

/** What has to be so for a checkpoint to be built on. */
export interface CheckpointNeeds {
  /** The journals that exist, without that of the reader. */
  readonly epochs: readonly number[];
  /** The shards that have a manifest. */
  readonly committed: { has(shard: number): boolean };
}

/** The newest checkpoint of a partition that can be built on; null where there is none. */
export async function usableCheckpoint(
  folder: StageFolder,
  partition: number,
  needs: CheckpointNeeds,
): Promise<Checkpoint | null> {
  for (const path of (await checkpointPaths(folder, partition)).reverse()) {
    const found = await readCheckpoint(folder, path);
    if (found && found.run === folder.run && found.partition === partition && fits(found, needs)) return found;
  }
  return null;
}

/** Null for one that is missing or damaged. */
async function readCheckpoint({ store }: StageFolder, path: string): Promise<Checkpoint | null> {
  try {
    return await readObject(store, path, checkpointSchema);
  } catch (error) {
    if (error instanceof IntegrityError || error instanceof ConfigurationError) return null;
    throw error;
  }
}

function fits({ cut, committed }: Checkpoint, needs: CheckpointNeeds): boolean {
  const epochs = new Set(needs.epochs);
  if (!cut.every(({ epoch }) => epochs.has(epoch))) return false;
  return committed.every(([first, last, step]) => {
    for (let shard = first; shard <= last; shard += step) if (!needs.committed.has(shard)) return false;
    return true;
  });
}

/**
 * Creates a checkpoint under the epoch of its writer, and removes those that it makes superfluous. Gives its size. `number` is how many
 * the writer has created.
 */
export async function createCheckpoint(
  folder: StageFolder,
  checkpoint: Checkpoint,
  { epoch, number }: { readonly epoch: number; readonly number: number },
): Promise<number> {
  const { store, paths } = folder;
  const { partition } = checkpoint;
  const bytes = objectBytes(checkpoint);
  // A name that is taken is that of an epoch whose journal somebody has removed: the checkpoint is done without.
  await store.write(paths.checkpoint(partition, epoch, number), [bytes]);
  const all = await checkpointPaths(folder, partition);
  for (const path of all.slice(0, -kept)) await store.remove(path);
  return bytes.length;
}

/** Removes the checkpoints of a partition. */
export async function removeCheckpoints(folder: StageFolder, partition: number): Promise<void> {
  for (const path of await checkpointPaths(folder, partition)) await folder.store.remove(path);
}

/** Oldest first: by the epoch of the writer, then by number. */
async function checkpointPaths({ store, paths }: StageFolder, partition: number): Promise<string[]> {
  const placeOf = (path: string): readonly number[] => (/(\d+)\.(\d+)\.json$/.exec(path) ?? []).slice(1).map(Number);
  const found = await store.list(paths.checkpoints(partition));
  return found
    .filter((path) => placeOf(path).length === 2)
    .sort((a, b) => {
      const [[epochA = 0, numberA = 0], [epochB = 0, numberB = 0]] = [placeOf(a), placeOf(b)];
      return epochA - epochB || numberA - numberB;
    });
}
