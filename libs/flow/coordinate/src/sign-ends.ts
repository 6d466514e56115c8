/**
 * What a coordinator signs the ends of its runs with. All coordinators of an output have to sign with the same key, since stage.json
 * names one and never changes. So the key is derived from a secret:
 *
 *   of the output folder   where it holds one
 *   of the configuration   otherwise: those who only read labels cannot read it
 *   drawn                  where there is neither; it is then put into the folder
 */
import {
  type DoneSigner,
  doneSigner,
  outputPaths,
  type StageFile,
  type Store,
  signingVariable,
} from '@proofmill/contract';
import { createSigningSecret, readSigningSecret } from '@proofmill/folder';

export interface Signing {
  /** The secret of the configuration. */
  readonly secret: string | null;
  /** A new secret that nobody can guess. */
  draw(): string;
}

/** What signs for an output from now on; `store` is the output folder. */
export async function newSigner(store: Store, { secret, draw }: Signing): Promise<DoneSigner> {
  return doneSigner((await readSigningSecret(store)) ?? secret ?? (await createSigningSecret(store, draw())));
}

/** What signs for a stage of the output; null where this coordinator does not have the secret of the one that has opened it. */
export async function signerOf(
  store: Store,
  { secret }: Signing,
  { doneKey }: Pick<StageFile, 'doneKey'>,
): Promise<DoneSigner | null> {
  for (const known of [await readSigningSecret(store), secret]) {
    const signer = known === null ? null : doneSigner(known);
    if (signer && signer.publicKey === doneKey) return signer;
  }
  return null;
}

/** What a person should know of a stage whose end cannot be signed. */
export const unsignedNotice = ({ definition, doneKey }: StageFile): string => {
  const reason =
    doneKey === undefined
      ? 'an earlier version has begun it, and its stage.json names no key'
      : `the secret that it was begun with is missing (${signingVariable}, or ${outputPaths.signingSecret} in the output folder)`;
  return `stage ${definition.name}: the workers cannot be told when it ends, because ${reason}. They end with 75 once its streams are gone`;
};
