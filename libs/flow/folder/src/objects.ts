/** JSON objects of the output folder: sealed when they are created, compared with their seal when they are read, never changed. */
import { ConfigurationError, IntegrityError, type Store, sealedText, sha256, unseal } from '@proofmill/contract';
import type { z } from 'zod';
import { contentOf } from './content.ts';
import { damaged, pathInOutput } from './damage.ts';

const text = new TextEncoder();

/** The JSON object at a path, or null where there is none. See `parseObject` for what it rejects with. */
export async function readObject<Schema extends z.ZodType>(
  store: Store,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  const bytes = await store.read(path);
  return bytes ? parseObject(store, path, bytes, schema) : null;
}

/**
 * The object that the bytes at a path hold.
 * @throws IntegrityError where its seal is not that of its content, and where it is of another version or another kind of object
 * @throws ConfigurationError where it has no seal: an earlier version wrote it
 */
export function parseObject<Schema extends z.ZodType>(
  store: Store,
  path: string,
  bytes: Uint8Array,
  schema: Schema,
): z.infer<Schema> {
  const unsealed = unseal(bytes);
  if (unsealed.state === 'damaged') throw damagedSeal(store, path);
  if (unsealed.state === 'unsealed') {
    throw new ConfigurationError(
      `${pathInOutput(store, path)} has no sha256 of its own, so an earlier version of Proofmill wrote it: finish the job with that version, or name another output folder`,
    );
  }
  const parsed = schema.safeParse(unsealed.value);
  if (parsed.success) return parsed.data;
  // Its bytes are those that were written, so nothing is gained by removing it.
  const object = pathInOutput(store, path);
  throw new IntegrityError(
    `${object} is not damaged, and this version of Proofmill does not understand it: another version wrote it, or it is another object. Use the version that wrote the folder`,
    { object, cause: parsed.error },
  );
}

/** The bytes of an object with its seal, on one line or indented for people. */
export const objectBytes = (object: object, indent = 0): Uint8Array => text.encode(sealedText(object, indent));

/**
 * Creates an object that has one possible content: twins of the same run create the same bytes, in any order.
 * @throws IntegrityError where the existing object is damaged
 * @throws ConfigurationError where it holds other bytes
 */
export async function createSame(store: Store, path: string, content: Uint8Array): Promise<void> {
  const { created } = await store.write(path, [content]);
  if (created) return;
  const existing = (await store.read(path)) ?? new Uint8Array();
  if (sha256(existing) === sha256(content)) return;
  if (unseal(existing).state === 'damaged') throw damagedSeal(store, path);
  throw otherContent(store, path);
}

/** ConfigurationError when an existing object, which has no seal, holds other bytes than the offered ones. */
export async function refuseOther(
  store: Store,
  path: string,
  offered: { readonly bytes: number; readonly sha256: string },
): Promise<void> {
  const existing = await contentOf(store.stream(path));
  if (existing.bytes !== offered.bytes || existing.sha256 !== offered.sha256) throw otherContent(store, path);
}

const damagedSeal = (store: Store, path: string): IntegrityError =>
  damaged(store, path, 'is damaged: its sha256 is not that of its content');

const otherContent = (store: Store, path: string): ConfigurationError =>
  new ConfigurationError(
    `${pathInOutput(store, path)} holds something else: the corpus has changed since it was planned, or the folder belongs to another run or version. Put the corpus back, or choose another output folder. If neither is so, the file is damaged: remove it and give the same command again.`,
  );
