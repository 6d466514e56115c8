/** Objects of one bucket: the calls that a store, journals and inputs are made of. */
import { randomUUID } from 'node:crypto';
import type { CompletedPart } from '@aws-sdk/client-s3';
import { ConfigurationError, IntegrityError } from '@proofmill/contract';
import { s3 } from './s3-client.ts';
import { isBeyond, isMissing, isTaken, s3Error } from './s3-errors.ts';

export interface ObjectHead {
  readonly bytes: number;
  readonly etag: string;
  /** What its writer called its attempt; undefined for objects of others. */
  readonly attempt: string | undefined;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** Parts of a large object, and the most that is held of one that is being written. */
export const partBytes = 8 * 1024 * 1024;
/** A download that breaks off is taken up again this often. */
const RESUMPTIONS = 8;
const ATTEMPT = 'attempt';

export type Objects = ReturnType<typeof objectsOf>;

export function objectsOf(bucket: string) {
  const during = async <T>(attempt: string, task: () => Promise<T>): Promise<T> => {
    try {
      return await task();
    } catch (error) {
      throw s3Error(error, `${attempt} in s3://${bucket}`);
    }
  };

  /** Null: there is none. */
  const head = (key: string): Promise<ObjectHead | null> =>
    during(`look at ${key}`, async () => {
      const { sdk, client } = await s3();
      try {
        const found = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }));
        return { bytes: found.ContentLength ?? 0, etag: found.ETag ?? '', attempt: found.Metadata?.[ATTEMPT] };
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    });

  /** Null: there is none. A range beyond the end is empty. `length` undefined: to the end. */
  const read = (key: string, offset = 0, length?: number): Promise<Uint8Array | null> =>
    during(`read ${key}`, async () => {
      if (length === 0) return (await head(key)) && new Uint8Array();
      const { sdk, client } = await s3();
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

  /** The object in pieces, the same one to its end: a connection that breaks is taken up where it broke. Null: there is none. */
  async function* stream(key: string, ifMatch?: string): AsyncGenerator<Uint8Array> {
    let position = 0;
    let etag = ifMatch;
    for (let resumed = 0; ; resumed += 1) {
      try {
        const { sdk, client } = await s3();
        const found = await client.send(
          new sdk.GetObjectCommand({
            Bucket: bucket,
            Key: key,
            ...(position > 0 ? { Range: `bytes=${position}-` } : {}),
            ...(etag === undefined ? {} : { IfMatch: etag }),
          }),
        );
        etag = found.ETag;
        for await (const piece of (found.Body ?? []) as AsyncIterable<Uint8Array>) {
          position += piece.length;
          yield piece;
        }
        return;
      } catch (error) {
        if (isMissing(error)) throw new IntegrityError(`s3://${bucket}/${key} is missing`, { cause: error });
        if (isBeyond(error)) return;
        if (isTaken(error))
          throw new ConfigurationError(`s3://${bucket}/${key} changed while it was read`, { cause: error });
        const isBroken = position > 0 && resumed < RESUMPTIONS && !('$metadata' in (error as object));
        if (!isBroken) throw s3Error(error, `read ${key} in s3://${bucket}`);
      }
    }
  }

  /** Objects by prefix, in the order of their keys. */
  async function* list(prefix: string): AsyncGenerator<ListedObject> {
    for (let from: string | undefined; ; ) {
      const page = await during(`list ${prefix}`, async () => {
        const { sdk, client } = await s3();
        const more = from === undefined ? {} : { ContinuationToken: from };
        return client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...more }));
      });
      for (const { Key, Size = 0, ETag = '' } of page.Contents ?? [])
        if (Key !== undefined) yield { key: Key, bytes: Size, etag: ETag };
      if (!page.IsTruncated) return;
      from = page.NextContinuationToken;
    }
  }

  /** Creates an object of at most one part; false where there is one of that name. */
  const create = (key: string, body: Uint8Array): Promise<boolean> =>
    during(`create ${key}`, async () => {
      const { sdk, client } = await s3();
      const attempt = randomUUID();
      const put = new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        IfNoneMatch: '*',
        Metadata: { [ATTEMPT]: attempt },
      });
      return created(key, attempt, () => client.send(put));
    });

  /** Whether a conditional write created the object. A try whose answer was lost finds its own object: that is a yes. */
  async function created(key: string, attempt: string, write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if (!isTaken(error)) throw error;
      return (await head(key))?.attempt === attempt;
    }
  }

  /** Writes a large object in parts; `conditional`: creates it, false where there is one of that name. */
  const upload = (key: string, parts: AsyncIterable<Uint8Array>, conditional: boolean): Promise<boolean> =>
    during(`write ${key}`, async () => {
      const { sdk, client } = await s3();
      const attempt = randomUUID();
      const at = { Bucket: bucket, Key: key };
      const begun = await client.send(
        new sdk.CreateMultipartUploadCommand({ ...at, Metadata: { [ATTEMPT]: attempt } }),
      );
      const { UploadId } = begun;
      try {
        const Parts: CompletedPart[] = [];
        for await (const Body of parts) {
          const PartNumber = Parts.length + 1;
          const { ETag } = await client.send(new sdk.UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
          Parts.push({ PartNumber, ...(ETag === undefined ? {} : { ETag }) });
        }
        const complete = new sdk.CompleteMultipartUploadCommand({
          ...at,
          UploadId,
          MultipartUpload: { Parts },
          ...(conditional ? { IfNoneMatch: '*' } : {}),
        });
        const isNew = await created(key, attempt, () => client.send(complete));
        if (!isNew) await client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined);
        return isNew;
      } catch (error) {
        await client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined);
        throw error;
      }
    });

  /** Copies on the server, over what is there. */
  const copy = (from: string, to: string): Promise<void> =>
    during(`copy ${from} to ${to}`, async () => {
      const { sdk, client } = await s3();
      const CopySource = `${bucket}/${from}`.split('/').map(encodeURIComponent).join('/');
      await client.send(new sdk.CopyObjectCommand({ Bucket: bucket, Key: to, CopySource }));
    });

  const remove = (key: string): Promise<void> =>
    during(`remove ${key}`, async () => {
      const { sdk, client } = await s3();
      await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
    });

  return { head, read, stream, list, create, upload, copy, remove };
}
