/**
 * The secret that the coordinators of an output sign with, where their configuration has none: the first of them writes it. Nothing
 * vouches for it but the keys in stage.json: with a damaged one nobody can sign for them.
 */
import { outputPaths, type Store, shortestSigningSecret } from '@proofmill/contract';
import { damaged } from './damage.ts';

const text = new TextEncoder();

/** Null where the output has none, or one that is too short to be whole. */
export async function readSigningSecret(store: Store): Promise<string | null> {
  const secret = new TextDecoder().decode((await store.read(outputPaths.signingSecret)) ?? undefined).trim();
  return secret.length < shortestSigningSecret ? null : secret;
}

/**
 * Gives the secret of the output: the offered one, or that of a twin which was quicker.
 * @throws IntegrityError where there is one that is too short to be whole
 */
export async function createSigningSecret(store: Store, offered: string): Promise<string> {
  await store.write(outputPaths.signingSecret, [text.encode(`${offered}\n`)], { isSecret: true });
  const secret = await readSigningSecret(store);
  if (secret === null) throw damaged(store, outputPaths.signingSecret, 'is damaged: a secret is longer');
  return secret;
}
