/** Objects of one bucket: the calls that a store, journals and inputs are made of. Each is tried again where that helps. */
import { randomUUID } from 'node:crypto';
import { IntegrityError } from '@proofmill/contract';
import { type S3, s3 } from './client.ts';
import { ContestedError, isBeyond, isChanged, isContested, isMissing, s3Error } from './errors.ts';
import { mayTryAgain, persistently } from './retry.ts';

export interface ObjectHead {
  readonly bytes: number;
  readonly version: string;
  /** Its digest, where its writer knew it when the object was made; undefined for others, and for objects of others. */
  readonly sha256: string | undefined;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly version: string;
}

/**
 * What an object is known by: its ETag, or where the server has none (a gateway, of files that were put behind its back) its
 * size and time.
 */
function versionOf(
  bytes: number,
  { ETag, LastModified }: { ETag?: string | undefined; LastModified?: Date | undefined },
) {
  if (!ETag) return `${bytes}-${LastModified?.getTime() ?? 0}`;
  // Some listings leave the quotes out.
  return isETag(ETag) ? ETag : `"${ETag}"`;
}
const isETag = (version: string): boolean => version.endsWith('"');

/** The size of an object of which an answer may be a part. */
const wholeBytes = (answer: { ContentRange?: string | undefined; ContentLength?: number | undefined }): number =>
  Number(answer.ContentRange?.split('/')[1] ?? answer.ContentLength ?? 0);

/** Largest object that is written in one call, and size of the parts of larger ones. */
export const partBytes = 8 * 1024 * 1024;
/** Of a copy on the server: answered within the time that a client waits. */
const copiedPartBytes = 512 * 1024 * 1024;
/** Metadata by which a writer knows an object as its own when the answer to its call was lost. */
const ATTEMPT = 'attempt';
const SHA256 = 'sha256';

interface Part {
  readonly PartNumber: number;
  readonly ETag?: string;
}

export type Objects = ReturnType<typeof objectsOf>;

export function objectsOf(bucket: string) {
  const call = async <T>(attempt: string, task: (s3: S3) => Promise<T>): Promise<T> => {
    try {
      const opened = await s3();
      return await persistently(() => task(opened));
    } catch (error) {
      throw s3Error(error, `${attempt} in s3://${bucket}`);
    }
  };

  const headAt = async ({ sdk, client }: S3, key: string) => {
    try {
      return await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };

  /** Null: there is none. */
  const head = (key: string): Promise<ObjectHead | null> =>
    call(`look at ${key}`, async (opened) => {
      const found = await headAt(opened, key);
      if (found === null) return null;
      const bytes = found.ContentLength ?? 0;
      return { bytes, version: versionOf(bytes, found), sha256: found.Metadata?.[SHA256] };
    });

  /** Null: there is none. A range beyond the end is empty. `length` undefined: to the end. */
  const read = (key: string, offset = 0, length?: number): Promise<Uint8Array | null> =>
    call(`read ${key}`, async (opened) => {
      if (length === 0) return (await headAt(opened, key)) && new Uint8Array();
      const { sdk, client } = opened;
      const whole = offset === 0 && length === undefined;
      const range = whole ? {} : { Range: `bytes=${offset}-${length === undefined ? '' : offset + length - 1}` };
      try {
        const found = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key, ...range }));
        return (await found.Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (isMissing(error)) return null;
        if (isBeyond(error)) return new Uint8Array();
        throw error;
      }
    });

  /**
   * The object in pieces, one and the same to its end: a connection that breaks is taken up where it broke. Rejects with what
   * `lost` makes where there is no object, or no longer that of `version`.
   */
  async function* stream(
    key: string,
    { version, lost }: { version?: string; lost: (reason: 'missing' | 'changed') => Error },
  ): AsyncGenerator<Uint8Array> {
    let position = 0;
    let expected = version;
    for (let tries = 1; ; ) {
      try {
        const { sdk, client } = await s3();
        const found = await client.send(
          new sdk.GetObjectCommand({
            Bucket: bucket,
            Key: key,
            ...(position > 0 ? { Range: `bytes=${position}-` } : {}),
            ...(expected !== undefined && isETag(expected) ? { IfMatch: expected } : {}),
          }),
        );
        const got = versionOf(wholeBytes(found), found);
        // Not every server heeds If-Match.
        if (expected !== undefined && got !== expected) throw lost('changed');
        expected = got;
        for await (const piece of (found.Body ?? []) as AsyncIterable<Uint8Array>) {
          position += piece.length;
          tries = 1;
          yield piece;
        }
        return;
      } catch (error) {
        if (isMissing(error)) throw lost('missing');
        if (isChanged(error)) throw lost('changed');
        // All of it had come when the connection broke.
        if (position > 0 && isBeyond(error)) return;
        if (!(await mayTryAgain(error, tries))) throw s3Error(error, `read ${key} in s3://${bucket}`);
        tries += 1;
      }
    }
  }

  async function* pages(prefix: string, more: { StartAfter?: string; Delimiter?: string }) {
    for (let from: string | undefined; ; ) {
      const page = await call(`list ${prefix}`, ({ sdk, client }) => {
        const next = from === undefined ? more : { ...more, ContinuationToken: from };
        return client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...next }));
      });
      yield page;
      if (!page.IsTruncated) return;
      from = page.NextContinuationToken;
    }
  }

  /** Objects by prefix, in the order of their keys; with `after`, those behind that key. */
  async function* list(prefix: string, after?: string): AsyncGenerator<ListedObject> {
    for await (const { Contents = [] } of pages(prefix, after === undefined ? {} : { StartAfter: after })) {
      for (const { Key, Size = 0, ...known } of Contents) {
        if (Key !== undefined) yield { key: Key, bytes: Size, version: versionOf(Size, known) };
      }
    }
  }

  /** The folders right below a prefix that ends with a slash, without it; what is in them is not listed. */
  async function folders(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { CommonPrefixes = [] } of pages(prefix, { Delimiter: '/' })) {
      for (const { Prefix = '' } of CommonPrefixes) found.push(Prefix.slice(prefix.length, -1));
    }
    return found;
  }

  /** Whether a conditional write created the object. `write` is given what must become the object's metadata. */
  async function created(opened: S3, key: string, attempt: string, write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if (!isContested(error)) throw error;
      const there = await headAt(opened, key);
      if (there === null)
        throw new ContestedError(`${key} is being written or removed by somebody else`, { cause: error });
      return there.Metadata?.[ATTEMPT] === attempt;
    }
  }

  const metadata = (attempt: string, sha256?: string): Record<string, string> => ({
    [ATTEMPT]: attempt,
    ...(sha256 === undefined ? {} : { [SHA256]: sha256 }),
  });

  /** Creates an object of at most some parts' size; false where there is one of that name. */
  const create = (key: string, body: Uint8Array, sha256?: string): Promise<boolean> => {
    const attempt = randomUUID();
    return call(`create ${key}`, (opened) =>
      created(opened, key, attempt, () => {
        const { sdk, client } = opened;
        const at = { Bucket: bucket, Key: key, Metadata: metadata(attempt, sha256) };
        return client.send(new sdk.PutObjectCommand({ ...at, Body: body, IfNoneMatch: '*' }));
      }),
    );
  };

  /** Creates an object in parts; false where there is one of that name. `send` gives each part's number and ETag. */
  async function assemble(
    key: string,
    sha256: string | undefined,
    send: (upload: { Bucket: string; Key: string; UploadId: string | undefined }) => AsyncIterable<Part>,
  ): Promise<boolean> {
    const attempt = randomUUID();
    const at = { Bucket: bucket, Key: key };
    const { UploadId } = await call(`begin ${key}`, ({ sdk, client }) =>
      client.send(new sdk.CreateMultipartUploadCommand({ ...at, Metadata: metadata(attempt, sha256) })),
    );
    let isNew = false;
    try {
      const Parts: Part[] = [];
      for await (const part of send({ ...at, UploadId })) Parts.push(part);
      isNew = await call(`create ${key}`, (opened) =>
        created(opened, key, attempt, () => {
          const { sdk, client } = opened;
          const whole = { ...at, UploadId, MultipartUpload: { Parts } };
          return client.send(new sdk.CompleteMultipartUploadCommand({ ...whole, IfNoneMatch: '*' }));
        }),
      );
      return isNew;
    } finally {
      // Parts of an upload that nobody completes are paid for until somebody looks for them.
      if (!isNew) {
        const { sdk, client } = await s3();
        await client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined);
      }
    }
  }

  const partOf = (PartNumber: number, ETag: string | undefined): Part =>
    ETag === undefined ? { PartNumber } : { PartNumber, ETag };

  /** Creates a large object, of which one part is held at a time; false where there is one of that name. */
  const upload = (key: string, parts: AsyncIterable<Uint8Array>): Promise<boolean> =>
    assemble(key, undefined, async function* (to) {
      let PartNumber = 0;
      for await (const Body of parts) {
        PartNumber += 1;
        const { ETag } = await call(`write ${key}`, ({ sdk, client }) =>
          client.send(new sdk.UploadPartCommand({ ...to, PartNumber, Body })),
        );
        yield partOf(PartNumber, ETag);
      }
    });

  /**
   * Creates an object that holds what another holds, a large one without its bytes passing through here; false where there is
   * one of that name. Not CopyObject, to which not every server that has conditional writes applies the condition.
   */
  async function copy(from: string, to: string, { bytes, sha256 }: { bytes: number; sha256?: string | undefined }) {
    if (bytes <= partBytes) {
      const body = await read(from);
      if (body?.length !== bytes) throw missing(from);
      return create(to, body, sha256);
    }
    const CopySource = [bucket, ...from.split('/')].map(encodeURIComponent).join('/');
    return assemble(to, sha256, async function* (upload) {
      for (let first = 0, PartNumber = 1; first < bytes; first += copiedPartBytes, PartNumber += 1) {
        const CopySourceRange = `bytes=${first}-${Math.min(bytes, first + copiedPartBytes) - 1}`;
        const { CopyPartResult } = await call(`copy ${from} to ${to}`, ({ sdk, client }) =>
          client.send(new sdk.UploadPartCopyCommand({ ...upload, PartNumber, CopySource, CopySourceRange })),
        );
        yield partOf(PartNumber, CopyPartResult?.ETag);
      }
    });
  }

  const remove = (key: string): Promise<void> =>
    call(`remove ${key}`, async ({ sdk, client }) => {
      await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
    });

  const missing = (key: string): IntegrityError => new IntegrityError(`s3://${bucket}/${key} is missing`);

  return { head, read, stream, list, folders, create, upload, copy, remove, missing };
}
