/** Reads objects of a bucket, and lists them. */
import { type Bucket, headOf } from './bucket.ts';
import { s3 } from './client.ts';
import { isBeyond, isChanged, isMissing, s3Error } from './errors.ts';
import { mayTryAgain } from './retry.ts';

export interface ObjectHead {
  readonly bytes: number;
  readonly version: string;
  /** The digest of the content; undefined where the writer did not know it in advance, or was another program. */
  readonly sha256: string | undefined;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly version: string;
}

/** The metadata entry for the digest of the content. */
export const sha256Metadata = 'sha256';

/**
 * The version of an object: its ETag or, where the server has none (a gateway to files that another program wrote), its size
 * and time.
 */
function versionOf(
  bytes: number,
  { ETag, LastModified }: { ETag?: string | undefined; LastModified?: Date | undefined },
): string {
  if (!ETag) return `${bytes}-${LastModified?.getTime() ?? 0}`;
  // Some listings leave out the quotes.
  return isQuoted(ETag) ? ETag : `"${ETag}"`;
}
const isQuoted = (version: string): boolean => version.endsWith('"');

/** The size of the whole object, of which an answer may be a part. */
const wholeBytes = (answer: { ContentRange?: string | undefined; ContentLength?: number | undefined }): number =>
  Number(answer.ContentRange?.split('/')[1] ?? answer.ContentLength ?? 0);

/** Null where there is no such object. */
export const headObject = ({ name, call }: Bucket, key: string): Promise<ObjectHead | null> =>
  call(`look at ${key}`, async (opened) => {
    const found = await headOf(opened, name, key);
    if (found === null) return null;
    const bytes = found.ContentLength ?? 0;
    return { bytes, version: versionOf(bytes, found), sha256: found.Metadata?.[sha256Metadata] };
  });

/** Null where there is no such object. A range beyond the end is empty. Without `length`, reads to the end. */
export const readObject = (
  { name, call }: Bucket,
  key: string,
  offset = 0,
  length?: number,
): Promise<Uint8Array | null> =>
  call(`read ${key}`, async (opened) => {
    if (length === 0) return (await headOf(opened, name, key)) && new Uint8Array();
    const { sdk, client } = opened;
    const isWhole = offset === 0 && length === undefined;
    const range = isWhole ? {} : { Range: `bytes=${offset}-${length === undefined ? '' : offset + length - 1}` };
    try {
      const found = await client.send(new sdk.GetObjectCommand({ Bucket: name, Key: key, ...range }));
      return (await found.Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (isMissing(error)) return null;
      if (isBeyond(error)) return new Uint8Array();
      throw error;
    }
  });

/**
 * The pieces of one version of an object, or of a range of it. Where a connection breaks, a new one resumes at the same byte. Rejects with
 * the error of `lost` where there is no such object, or no longer in `version`.
 */
export async function* streamObject(
  { name }: Bucket,
  key: string,
  {
    version,
    lost,
    range,
  }: {
    version?: string;
    lost: (reason: 'missing' | 'changed') => Error;
    range?: { readonly offset: number; readonly length: number };
  },
): AsyncGenerator<Uint8Array> {
  const end = range === undefined ? undefined : range.offset + range.length;
  let position = range?.offset ?? 0;
  let expected = version;
  for (let tries = 1; end === undefined || position < end; ) {
    try {
      const { sdk, client } = await s3();
      const found = await client.send(
        new sdk.GetObjectCommand({
          Bucket: name,
          Key: key,
          ...(position > 0 || end !== undefined
            ? { Range: `bytes=${position}-${end === undefined ? '' : end - 1}` }
            : {}),
          ...(expected !== undefined && isQuoted(expected) ? { IfMatch: expected } : {}),
        }),
      );
      const actual = versionOf(wholeBytes(found), found);
      // Not every server honours If-Match.
      if (expected !== undefined && actual !== expected) throw lost('changed');
      expected = actual;
      for await (const piece of (found.Body ?? []) as AsyncIterable<Uint8Array>) {
        position += piece.length;
        tries = 1;
        yield piece;
      }
      return;
    } catch (error) {
      if (isMissing(error)) throw lost('missing');
      if (isChanged(error)) throw lost('changed');
      // The connection broke after the last byte.
      if (position > 0 && isBeyond(error)) return;
      if (!(await mayTryAgain(error, tries))) throw s3Error(error, `read ${key} in s3://${name}`);
      tries += 1;
    }
  }
}

async function* pages({ name, call }: Bucket, prefix: string, options: { StartAfter?: string; Delimiter?: string }) {
  for (let from: string | undefined; ; ) {
    const page = await call(`list ${prefix}`, ({ sdk, client }) => {
      const next = from === undefined ? options : { ...options, ContinuationToken: from };
      return client.send(new sdk.ListObjectsV2Command({ Bucket: name, Prefix: prefix, ...next }));
    });
    yield page;
    if (!page.IsTruncated) return;
    from = page.NextContinuationToken;
  }
}

/** The objects with a prefix, in the order of their keys; with `after`, only those that follow that key. */
export async function* listObjects(bucket: Bucket, prefix: string, after?: string): AsyncGenerator<ListedObject> {
  for await (const { Contents = [] } of pages(bucket, prefix, after === undefined ? {} : { StartAfter: after })) {
    for (const { Key, Size = 0, ...known } of Contents) {
      if (Key !== undefined) yield { key: Key, bytes: Size, version: versionOf(Size, known) };
    }
  }
}

/** The names of the folders right below a prefix that ends with a slash. What they contain is not listed. */
export async function listFolders(bucket: Bucket, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { CommonPrefixes = [] } of pages(bucket, prefix, { Delimiter: '/' })) {
    for (const { Prefix = '' } of CommonPrefixes) found.push(Prefix.slice(prefix.length, -1));
  }
  return found;
}
