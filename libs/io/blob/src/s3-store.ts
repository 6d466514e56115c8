import { createHash, randomUUID } from 'node:crypto';
import { ConfigurationError, IntegrityError, type Store, type Written } from '@proofmill/contract';
import { placeOf, temporaryFolder } from './path.ts';
import type { S3Address } from './s3-address.ts';
import { objectsOf, partBytes } from './s3-objects.ts';

/**
 * A store below a prefix of a bucket. An object is created by a conditional write (If-None-Match), so that of several
 * creators one wins, and is there as a whole or not at all. Objects larger than one part are uploaded in parts; one that is named
 * after its content goes to a temporary key first, because its name is known at its end, and is copied on the server. A server
 * that takes conditional writes for plain ones is found out before the first one and refused: with it two collectors could
 * both believe that they committed a shard.
 */
export function s3Store({ bucket, prefix }: S3Address): Store {
  const objects = objectsOf(bucket);
  let probed: Promise<void> | undefined;

  /** Paths come from plans and manifests: the same ones are refused as in a folder. */
  const keyOf = (path: string): string => {
    placeOf('/', path);
    return prefix === '' ? path : `${prefix}/${path}`;
  };
  const hidden = (name: string): string => (prefix === '' ? name : `${prefix}/${name}`);

  async function probe(): Promise<void> {
    const key = hidden(`${temporaryFolder}/probe-${randomUUID()}`);
    const first = await objects.create(key, new Uint8Array([1]));
    const second = await objects.create(key, new Uint8Array([2]));
    await objects.remove(key);
    if (first && !second) return;
    throw new ConfigurationError(
      `s3://${bucket}: the server ignores conditional writes (If-None-Match), on which it rests that every item is there once. Use one that has them: AWS S3, versitygw, MinIO, Ceph or R2 of a recent version.`,
    );
  }

  async function write(
    path: string | ((sha256: string) => string),
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<Written> {
    probed ??= probe();
    await probed;
    const hash = createHash('sha256');
    let bytes = 0;
    const parts = partsOf(content, (piece) => {
      hash.update(piece);
      bytes += piece.length;
    });
    const first = (await parts.next()).value ?? new Uint8Array();
    const second = first.length < partBytes ? undefined : (await parts.next()).value;
    if (second === undefined) {
      const sha256 = hash.digest('hex');
      const name = typeof path === 'string' ? path : path(sha256);
      return { path: name, created: await objects.create(keyOf(name), first), bytes, sha256 };
    }
    const all = following([first, second], parts);
    if (typeof path === 'string') {
      const created = await objects.upload(keyOf(path), all, true);
      return { path, created, bytes, sha256: hash.digest('hex') };
    }
    const temporary = hidden(`${temporaryFolder}/${randomUUID()}`);
    try {
      await objects.upload(temporary, all, false);
      const sha256 = hash.digest('hex');
      const name = path(sha256);
      const created = (await objects.head(keyOf(name))) === null;
      // Two writers of one content make the same object; whose copy is the last makes no difference.
      if (created) await objects.copy(temporary, keyOf(name));
      return { path: name, created, bytes, sha256 };
    } finally {
      await objects.remove(temporary);
    }
  }

  async function promote(from: string, to: string): Promise<void> {
    const [source, target] = [keyOf(from), keyOf(to)];
    const [original, there] = [await objects.head(source), await objects.head(target)];
    if (original === null) throw new IntegrityError(`s3://${bucket}/${source} is to become ${target} and is not there`);
    if (there === null) return objects.copy(source, target);
    // A copy may have another etag than an original that came in parts.
    const same =
      there.bytes === original.bytes &&
      (there.etag === original.etag || (await digest(source)) === (await digest(target)));
    if (!same) {
      throw new IntegrityError(`s3://${bucket}/${target} is there already and holds something else than ${source}`);
    }
  }

  async function digest(key: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const piece of objects.stream(key)) hash.update(piece);
    return hash.digest('hex');
  }

  return {
    read: (path, range) => objects.read(keyOf(path), range?.offset, range?.length),
    stream: (path) => objects.stream(keyOf(path)),
    write,
    promote,
    async list(wanted) {
      const found: string[] = [];
      const below = prefix === '' ? '' : `${prefix}/`;
      for await (const { key } of objects.list(below + wanted)) {
        const path = key.slice(below.length);
        if (!path.startsWith(`${temporaryFolder}/`)) found.push(path);
      }
      return found.sort();
    },
    remove: (path) => objects.remove(keyOf(path)),
  };
}

/** The content in parts of one size, the last one shorter. */
async function* partsOf(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onPiece: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array, undefined> {
  let part = Buffer.allocUnsafeSlow(partBytes);
  let used = 0;
  for await (const piece of content) {
    onPiece(piece);
    for (let taken = 0; taken < piece.length; ) {
      const some = piece.subarray(taken, taken + partBytes - used);
      part.set(some, used);
      used += some.length;
      taken += some.length;
      if (used < partBytes) continue;
      yield part;
      part = Buffer.allocUnsafeSlow(partBytes);
      used = 0;
    }
  }
  if (used > 0) yield part.subarray(0, used);
  return undefined;
}

async function* following(first: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}
