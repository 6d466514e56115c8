/**
 * The coordinator's signature on the end of a run. NATS knows who may publish, and does not tell who has published: the server
 * stores its reply under any subject that the asker names. So a worker believes only a `done` that its coordinator has signed.
 *
 * A signature holds for one run and one place, where the transport keeps the message. So nobody believes a copy of it, which has
 * another place: neither in another run, nor in its own after the coordinator has revoked it.
 */
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';

/** Signs the ends of runs. */
export interface DoneSigner {
  /** What stage.json says: the Ed25519 public key, 32 bytes as base64url. */
  readonly publicKey: string;
  /** The signature of the end of a run that is announced at this place, as base64url. */
  sign(run: string, place: string): string;
}

/** The environment variable of a coordinator with the secret that its key follows from. */
export const signingVariable = 'PROOFMILL_SIGNING_SECRET';

/** The fewest characters of a secret: those of 24 random bytes as base64. */
export const shortestSigningSecret = 32;

/** Ahead of the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The signer whose key follows from a secret: whoever has the secret signs, after any number of restarts. */
export function doneSigner(secret: string): DoneSigner {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'proofmill: the end of a run', 32));
  const key = createPrivateKey({ key: Buffer.concat([privateKeyHead, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: x,
    sign: (run, place) => sign(null, statement(run, place), key).toString('base64url'),
  };
}

/** A message that says that a run has ended. */
export interface DoneMessage {
  readonly run: string;
  /** Where the transport keeps it, in the transport's own words; it may not come from the message. */
  readonly place: string;
  readonly signature: string;
}

/** Whether the owner of a public key has signed a message at its place. False without a key, and for what is no key or signature. */
export function isSignedDone(publicKey: string | undefined, { run, place, signature }: DoneMessage): boolean {
  const key = publicKey === undefined ? null : publicKeyOf(publicKey);
  return key !== null && verify(null, statement(run, place), key, Buffer.from(signature, 'base64url'));
}

/** Neither a run's name nor a place has a line feed. */
const statement = (run: string, place: string): Buffer => Buffer.from(`proofmill done\n${run}\n${place}`);

function publicKeyOf(x: string): KeyObject | null {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return null;
  }
}
