/** Creates and removes objects of a bucket. Writes are conditional: of several creators one wins, and nothing is overwritten. */
import { randomUUID } from 'node:crypto';
import { type Bucket, headOf } from './bucket.ts';
import { type S3, s3 } from './client.ts';
import { ContestedError, isContested } from './errors.ts';
import { readObject, sha256Metadata } from './read-objects.ts';

/** Largest object that one call writes, and size of the parts of larger ones. */
export const partBytes = 8 * 1024 * 1024;
/** Part of a copy on the server: small enough to be answered within the client's time limit. */
const copiedPartBytes = 512 * 1024 * 1024;
/** The metadata entry by which a writer recognises its own object after the answer to its call was lost. */
const attemptMetadata = 'attempt';

interface Part {
  readonly PartNumber: number;
  readonly ETag?: string;
}

const metadata = (attempt: string, sha256?: string): Record<string, string> => ({
  [attemptMetadata]: attempt,
  ...(sha256 === undefined ? {} : { [sha256Metadata]: sha256 }),
});

/** Whether a conditional write created the object. The object that `write` creates has the metadata of `attempt`. */
async function isCreated(
  opened: S3,
  { name }: Bucket,
  key: string,
  attempt: string,
  write: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!isContested(error)) throw error;
    const existing = await headOf(opened, name, key);
    if (existing === null) {
      throw new ContestedError(`${key} is being written or removed by another process`, { cause: error });
    }
    return existing.Metadata?.[attemptMetadata] === attempt;
  }
}

/** Creates an object in one call; false where the key is taken. */
export const createObject = (bucket: Bucket, key: string, body: Uint8Array, sha256?: string): Promise<boolean> => {
  const attempt = randomUUID();
  return bucket.call(`create ${key}`, (opened) =>
    isCreated(opened, bucket, key, attempt, () => {
      const { sdk, client } = opened;
      const target = { Bucket: bucket.name, Key: key, Metadata: metadata(attempt, sha256) };
      return client.send(new sdk.PutObjectCommand({ ...target, Body: body, IfNoneMatch: '*' }));
    }),
  );
};

/** Creates an object in parts; false where the key is taken. `send` yields the number and ETag of each part. */
async function assemble(
  bucket: Bucket,
  key: string,
  sha256: string | undefined,
  send: (upload: { Bucket: string; Key: string; UploadId: string | undefined }) => AsyncIterable<Part>,
): Promise<boolean> {
  const attempt = randomUUID();
  const target = { Bucket: bucket.name, Key: key };
  const { UploadId } = await bucket.call(`begin ${key}`, ({ sdk, client }) =>
    client.send(new sdk.CreateMultipartUploadCommand({ ...target, Metadata: metadata(attempt, sha256) })),
  );
  let isNew = false;
  try {
    const Parts: Part[] = [];
    for await (const part of send({ ...target, UploadId })) Parts.push(part);
    isNew = await bucket.call(`create ${key}`, (opened) =>
      isCreated(opened, bucket, key, attempt, () => {
        const { sdk, client } = opened;
        const whole = { ...target, UploadId, MultipartUpload: { Parts } };
        return client.send(new sdk.CompleteMultipartUploadCommand({ ...whole, IfNoneMatch: '*' }));
      }),
    );
    return isNew;
  } finally {
    // The parts of an unfinished upload cost money until somebody notices them.
    if (!isNew) {
      const { sdk, client } = await s3();
      await client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    }
  }
}

const partOf = (PartNumber: number, ETag: string | undefined): Part =>
  ETag === undefined ? { PartNumber } : { PartNumber, ETag };

/** Creates a large object, with one part in memory at a time; false where the key is taken. `sha256`: where it is known ahead. */
export const uploadObject = (
  bucket: Bucket,
  key: string,
  parts: AsyncIterable<Uint8Array>,
  sha256?: string,
): Promise<boolean> =>
  assemble(bucket, key, sha256, async function* (upload) {
    let PartNumber = 0;
    for await (const Body of parts) {
      PartNumber += 1;
      const { ETag } = await bucket.call(`write ${key}`, ({ sdk, client }) =>
        client.send(new sdk.UploadPartCommand({ ...upload, PartNumber, Body })),
      );
      yield partOf(PartNumber, ETag);
    }
  });

/**
 * Creates an object with the content of another, whose size and digest the caller knows; false where the key is taken. The
 * server copies a large one by itself. Not by CopyObject: some servers with conditional writes ignore the condition there.
 */
export async function copyObject(
  bucket: Bucket,
  from: string,
  to: string,
  { bytes, sha256 }: { bytes: number; sha256?: string | undefined },
): Promise<boolean> {
  if (bytes <= partBytes) {
    const body = await readObject(bucket, from);
    if (body?.length !== bytes) throw bucket.missing(from);
    return createObject(bucket, to, body, sha256);
  }
  const CopySource = [bucket.name, ...from.split('/')].map(encodeURIComponent).join('/');
  return assemble(bucket, to, sha256, async function* (upload) {
    for (let first = 0, PartNumber = 1; first < bytes; first += copiedPartBytes, PartNumber += 1) {
      const CopySourceRange = `bytes=${first}-${Math.min(bytes, first + copiedPartBytes) - 1}`;
      const { CopyPartResult } = await bucket.call(`copy ${from} to ${to}`, ({ sdk, client }) =>
        client.send(new sdk.UploadPartCopyCommand({ ...upload, PartNumber, CopySource, CopySourceRange })),
      );
      yield partOf(PartNumber, CopyPartResult?.ETag);
    }
  });
}

export const removeObject = ({ name, call }: Bucket, key: string): Promise<void> =>
  call(`remove ${key}`, async ({ sdk, client }) => {
    await client.send(new sdk.DeleteObjectCommand({ Bucket: name, Key: key }));
  });
