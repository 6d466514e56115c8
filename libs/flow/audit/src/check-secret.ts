/** Holds the secret of an output against the keys that its stages name. No label depends on it, but the end of the next run may. */
import {
  ConfigurationError,
  doneSigner,
  outputPaths,
  type StageFile,
  type Store,
  signingVariable,
} from '@proofmill/contract';
import { readSigningSecret } from '@proofmill/folder';
import type { Findings } from './findings.ts';

/** An output without a secret is sound: coordinators may have it in their environment, and `clean` removes it. */
export async function checkSecret(store: Store, stages: readonly StageFile[], found: Findings): Promise<void> {
  if (!(await isReadable(store))) return;
  const secret = await readSigningSecret(store);
  const key = secret === null ? null : doneSigner(secret).publicKey;
  const others = stages.filter(({ doneKey }) => doneKey !== undefined && doneKey !== key);
  if (others.length === 0) return;
  const names = others.map(({ definition }) => definition.name).join(', ');
  found.add(
    outputPaths.signingSecret,
    `it is not the secret of the key in stage.json (doneKey of ${names}): a coordinator that starts again with it cannot announce the end of a run, and its workers end with 75. Put it back from a copy of the folder, or set ${signingVariable} for the coordinator; without either, remove it: no label depends on it`,
  );
}

/** False where there is none, and where only coordinators may read it. */
async function isReadable(store: Store): Promise<boolean> {
  try {
    return (await store.read(outputPaths.signingSecret)) !== null;
  } catch (error) {
    if (error instanceof ConfigurationError) return false;
    throw error;
  }
}
