/** LOOP.json: what decides the rounds of a folder, created ahead of the first of them. */
import { ConfigurationError, canonicalJson, type Store, type TrainingLoop } from '@proofmill/contract';
import { createSame, objectBytes, readObject } from '@proofmill/folder';
import { differences } from '@proofmill/plan';
import { loopIdentity, loopPaths } from '@proofmill/rounds';
import { z } from 'zod';

const storedSchema = z.object({ v: z.literal(1), loop: z.record(z.string(), z.unknown()) });

/**
 * Whether a folder holds this loop already; false where it is free.
 * @throws {ConfigurationError} where the folder holds another loop, or anything else
 */
export async function holdsLoop(loop: TrainingLoop, store: Store): Promise<boolean> {
  const stored = await readStoredLoop(store);
  if (stored) {
    const changed = differences(stored, identityOf(loop));
    if (changed.length === 0) return true;
    throw new ConfigurationError(
      `the folder holds rounds of this loop as it was before it was changed. Change it back, or name another output folder:\n${changed.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  const [found] = (await store.list('', 8)).filter((path) => !path.startsWith('.proofmill/'));
  if (found === undefined) return false;
  throw new ConfigurationError(
    `the output folder holds other files (${found}) and no loop. Name a new or an empty folder in spec.output.uri`,
  );
}

/** Makes a folder that of the loop. */
export const claimLoop = (loop: TrainingLoop, store: Store): Promise<void> =>
  createSame(store, loopPaths.loop, objectBytes({ v: 1, loop: identityOf(loop) }, 1));

/** As JSON has it: what is left out is not there. */
const identityOf = (loop: TrainingLoop): Record<string, unknown> =>
  JSON.parse(canonicalJson(loopIdentity(loop))) as Record<string, unknown>;

/** Whether a folder is that of a loop. */
export const isLoopFolder = async (store: Store): Promise<boolean> => (await store.read(loopPaths.loop)) !== null;

/** The identity of the loop that a folder is of; null where it is of none. */
const readStoredLoop = async (store: Store): Promise<Record<string, unknown> | null> =>
  (await readObject(store, loopPaths.loop, storedSchema))?.loop ?? null;
