/** JSON objects of the output folder: validated when they are read, created once, never changed. */
import { ConfigurationError, IntegrityError, type Store, sha256 } from '@proofmill/contract';
import type { z } from 'zod';
import { contentOf } from './content.ts';

const text = new TextEncoder();

/** The validated JSON object at a path, or null where there is none. IntegrityError when it is something else. */
export async function readObject<Schema extends z.ZodType>(
  store: Store,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  const bytes = await store.read(path);
  return bytes ? parseObject(bytes, path, schema) : null;
}

export function parseObject<Schema extends z.ZodType>(
  bytes: Uint8Array,
  path: string,
  schema: Schema,
): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new IntegrityError(`${path} is not what Proofmill writes there`, { cause: error });
  }
}

/** The bytes of an object: JSON with a line feed at the end, on one line or indented for people. */
export const objectBytes = (value: unknown, indent = 0): Uint8Array =>
  text.encode(`${JSON.stringify(value, null, indent)}\n`);

/**
 * Creates an object that has one possible content: twins of the same run create the same bytes, in any order.
 * ConfigurationError when the existing object holds other bytes.
 */
export async function createSame(store: Store, path: string, content: Uint8Array): Promise<void> {
  const { created } = await store.write(path, [content]);
  if (!created) await refuseOther(store, path, { bytes: content.length, sha256: sha256(content) });
}

/** ConfigurationError when an existing object holds other bytes than the offered ones. */
export async function refuseOther(
  store: Store,
  path: string,
  offered: { readonly bytes: number; readonly sha256: string },
): Promise<void> {
  const existing = await contentOf(store.stream(path));
  if (existing.bytes !== offered.bytes || existing.sha256 !== offered.sha256) {
    throw new ConfigurationError(
      `${path} holds something else: the corpus has changed since it was planned, or the folder belongs to another run or version. Put the corpus back, or choose another output folder.`,
    );
  }
}
