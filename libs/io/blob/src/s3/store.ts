import { createHash, randomUUID } from 'node:crypto';
import { IntegrityError, type Store } from '@proofmill/contract';
import { placeOf, temporaryFolder } from '../object-path.ts';
import type { S3Address } from './address.ts';
import { type Bucket, bucketOf } from './bucket.ts';
import { createConditionsCheck } from './conditions.ts';
import { partsOf } from './parts.ts';
import { headObject, listObjects, type ObjectHead, readObject, streamObject } from './read-objects.ts';
import { copyObject, createObject, removeObject, uploadObject } from './write-objects.ts';

/**
 * A store below a prefix of a bucket. Objects are created by conditional writes (If-None-Match): of several creators one wins,
 * and an object exists as a whole or not at all. An object larger than one part is uploaded in parts, with one part in memory
 * at a time. Where such an object is named after its content, its name is known at its end only, so it goes to a temporary key
 * and is copied on the server. A server that ignores the condition is detected and refused before the first write: on it, two
 * collectors could both believe that they committed a shard.
 */
export function s3Store({ bucket: bucketName, prefix }: S3Address): Store {
  const bucket = bucketOf(bucketName);
  const base = prefix === '' ? '' : `${prefix}/`;

  /** Paths come from plans and manifests: a path that a folder refuses is refused here too. */
  const keyOf = (path: string): string => {
    placeOf('/', path);
    return base + path;
  };
  const temporaryKey = (kind: string): string => `${base}${temporaryFolder}/${kind}-${randomUUID()}`;
  const checkConditions = createConditionsCheck(bucket, () => temporaryKey('probe'));

  return {
    read: async (path, range) => readObject(bucket, keyOf(path), range?.offset, range?.length),
    async *stream(path) {
      yield* contentOf(bucket, keyOf(path));
    },
    async write(path, content, { sha256 } = {}) {
      if (typeof path === 'string') keyOf(path);
      await checkConditions();
      return writeObject(bucket, path, content, { keyOf, temporaryKey: () => temporaryKey('staged'), known: sha256 });
    },
    promote: async (from, to) => promote(bucket, keyOf(from), keyOf(to)),
    async list(wanted, most = Number.POSITIVE_INFINITY) {
      const found: string[] = [];
      for await (const { key } of listObjects(bucket, base + wanted)) {
        if (found.length >= most) break;
        const path = key.slice(base.length);
        if (!path.startsWith(`${temporaryFolder}/`)) found.push(path);
      }
      return found.sort();
    },
    remove: async (path) => removeObject(bucket, keyOf(path)),
  };
}

interface WriteOptions {
  readonly keyOf: (path: string) => string;
  readonly temporaryKey: () => string;
  /** The digest of the content, where the caller knows it. */
  readonly known: string | undefined;
}

async function writeObject(
  bucket: Bucket,
  path: Parameters<Store['write']>[0],
  content: Parameters<Store['write']>[1],
  { keyOf, temporaryKey, known }: WriteOptions,
): ReturnType<Store['write']> {
  const hash = createHash('sha256');
  let bytes = 0;
  const parts = partsOf(content, (piece) => {
    hash.update(piece);
    bytes += piece.length;
  });
  const { value: first = new Uint8Array() } = await parts.next();
  const second = await parts.next();
  if (second.done) {
    const sha256 = hash.digest('hex');
    const name = typeof path === 'string' ? path : path(sha256);
    return { path: name, created: await createObject(bucket, keyOf(name), first, sha256), bytes, sha256 };
  }
  const allParts = concatenated([first, second.value], parts);
  if (typeof path === 'string') {
    const created = await uploadObject(bucket, keyOf(path), allParts, known);
    return { path, created, bytes, sha256: hash.digest('hex') };
  }
  const temporary = temporaryKey();
  try {
    await uploadObject(bucket, temporary, allParts);
    const sha256 = hash.digest('hex');
    const name = path(sha256);
    return { path: name, created: await copyObject(bucket, temporary, keyOf(name), { bytes, sha256 }), bytes, sha256 };
  } finally {
    // A temporary object that stays does no harm, so failing to remove it is no reason to fail.
    await removeObject(bucket, temporary).catch(() => undefined);
  }
}

async function* concatenated(
  first: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}

async function promote(bucket: Bucket, source: string, target: string): Promise<void> {
  const original = await headObject(bucket, source);
  if (original === null) {
    throw new IntegrityError(`s3://${bucket.name}/${source} is missing: it is to become ${target}`);
  }
  let existing = await headObject(bucket, target);
  if (existing === null) {
    if (await copyObject(bucket, source, target, original)) return;
    existing = await headObject(bucket, target);
  }
  if (existing === null || !(await holdSame(bucket, [source, original], [target, existing]))) {
    throw new IntegrityError(
      `s3://${bucket.name}/${target} exists already, and its content differs from that of ${source}`,
    );
  }
}

/** Compares content by the recorded digests; an object of another program has none, and is read. */
async function holdSame(
  bucket: Bucket,
  [keyA, a]: readonly [string, ObjectHead],
  [keyB, b]: readonly [string, ObjectHead],
): Promise<boolean> {
  if (a.bytes !== b.bytes) return false;
  if (a.sha256 !== undefined && b.sha256 !== undefined) return a.sha256 === b.sha256;
  return (await digestOf(bucket, keyA)) === (await digestOf(bucket, keyB));
}

async function digestOf(bucket: Bucket, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of contentOf(bucket, key)) hash.update(piece);
  return hash.digest('hex');
}

const contentOf = (bucket: Bucket, key: string): AsyncGenerator<Uint8Array> =>
  streamObject(bucket, key, { lost: () => bucket.missing(key) });
