import { createHash, randomUUID } from 'node:crypto';
import { ConfigurationError, IntegrityError, type Store, type Written } from '@proofmill/contract';
import { placeOf, temporaryFolder } from '../object-path.ts';
import type { S3Address } from './address.ts';
import { objectsOf } from './objects.ts';
import { partsOf } from './parts.ts';

/**
 * A store below a prefix of a bucket. An object is created by a conditional write (If-None-Match), so that of several
 * creators one wins, and is there as a whole or not at all. Objects larger than one part are uploaded in parts, of which one is
 * held at a time. A large one that is named after its content goes to a temporary key first, because its name is known at its end,
 * and is copied on the server. A server that takes conditional writes for plain ones is found out before the first one and refused:
 * with it two collectors could both believe that they committed a shard.
 */
export function s3Store({ bucket, prefix }: S3Address): Store {
  const objects = objectsOf(bucket);
  const below = prefix === '' ? '' : `${prefix}/`;
  let probing: Promise<void> | undefined;

  /** Paths come from plans and manifests: the same ones are refused as in a folder. */
  const keyOf = (path: string): string => {
    placeOf('/', path);
    return below + path;
  };
  const temporaryKey = (kind: string): string => `${below}${temporaryFolder}/${kind}-${randomUUID()}`;

  async function probe(): Promise<void> {
    const key = temporaryKey('probe');
    try {
      const first = await objects.create(key, new Uint8Array([1]));
      const second = await objects.create(key, new Uint8Array([2]));
      if (first && !second) return;
    } finally {
      await objects.remove(key).catch(() => undefined);
    }
    throw new ConfigurationError(
      `s3://${bucket}: the server ignores conditional writes (If-None-Match), on which it rests that every item is there once. Use one that has them: docs/s3.md says which do.`,
    );
  }

  async function hasConditions(): Promise<void> {
    probing ??= probe();
    try {
      await probing;
    } catch (error) {
      // A server that was away is asked again.
      probing = undefined;
      throw error;
    }
  }

  async function write(
    path: string | ((sha256: string) => string),
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<Written> {
    if (typeof path === 'string') keyOf(path);
    await hasConditions();
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
      return { path: name, created: await objects.create(keyOf(name), first, sha256), bytes, sha256 };
    }
    const all = following([first, second.value], parts);
    if (typeof path === 'string') {
      const created = await objects.upload(keyOf(path), all);
      return { path, created, bytes, sha256: hash.digest('hex') };
    }
    const temporary = temporaryKey('staged');
    try {
      await objects.upload(temporary, all);
      const sha256 = hash.digest('hex');
      const name = path(sha256);
      return { path: name, created: await objects.copy(temporary, keyOf(name), { bytes, sha256 }), bytes, sha256 };
    } finally {
      // It is in nobody's way; that it could not be removed is no reason to fail.
      await objects.remove(temporary).catch(() => undefined);
    }
  }

  async function promote(from: string, to: string): Promise<void> {
    const [source, target] = [keyOf(from), keyOf(to)];
    const original = await objects.head(source);
    if (original === null) throw new IntegrityError(`s3://${bucket}/${source} is to become ${target} and is not there`);
    let there = await objects.head(target);
    if (there === null) {
      if (await objects.copy(source, target, original)) return;
      there = await objects.head(target);
    }
    const isSame = there !== null && there.bytes === original.bytes && (await sameContent());
    if (!isSame) {
      throw new IntegrityError(`s3://${bucket}/${target} is there already and holds something else than ${source}`);
    }

    /** By the digests that both say; objects of others say none, and are read. */
    async function sameContent(): Promise<boolean> {
      const known = original?.sha256 !== undefined && there?.sha256 !== undefined;
      if (known) return original.sha256 === there?.sha256;
      return (await digest(source)) === (await digest(target));
    }
  }

  const stream = (key: string) => objects.stream(key, { lost: () => objects.missing(key) });

  async function digest(key: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const piece of stream(key)) hash.update(piece);
    return hash.digest('hex');
  }

  return {
    read: (path, range) => objects.read(keyOf(path), range?.offset, range?.length),
    async *stream(path) {
      yield* stream(keyOf(path));
    },
    write,
    promote,
    async list(wanted) {
      const found: string[] = [];
      for await (const { key } of objects.list(below + wanted)) {
        const path = key.slice(below.length);
        if (!path.startsWith(`${temporaryFolder}/`)) found.push(path);
      }
      return found.sort();
    },
    remove: (path) => objects.remove(keyOf(path)),
  };
}

async function* following(first: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}
