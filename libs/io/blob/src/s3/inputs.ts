import { matchesGlob } from 'node:path';
import { ConfigurationError, type Input } from '@proofmill/contract';
import { outputMarks, refuseEarlierOutput } from '../earlier-output.ts';
import { globSyntax, type Inputs } from '../inputs.ts';
import { nearestNames } from '../nearest.ts';
import { s3AddressOf } from './address.ts';
import { type Bucket, bucketOf } from './bucket.ts';
import { headObject, listObjects, streamObject } from './read-objects.ts';

/** Input files in an object store: `s3://BUCKET/KEY`, where the key may be a glob. The files of a glob are sorted by key. */
export function s3Inputs(): Inputs {
  return {
    async list(uris) {
      const inputs = new Map<string, Input>();
      for (const uri of uris) for (const input of await matchesOf(uri)) inputs.set(input.uri, input);
      return [...inputs.values()];
    },
    async *open({ uri, etag }) {
      const { bucket, prefix: key } = s3AddressOf(uri);
      yield* streamObject(bucketOf(bucket), key, { version: etag, lost: lostOf(uri) });
    },
    async read({ uri, etag, bytes }, offset, length) {
      if (offset >= bytes || length === 0) return new Uint8Array();
      const { bucket, prefix: key } = s3AddressOf(uri);
      const pieces: Uint8Array[] = [];
      const range = { offset, length };
      for await (const piece of streamObject(bucketOf(bucket), key, { version: etag, lost: lostOf(uri), range }))
        pieces.push(piece);
      return Buffer.concat(pieces);
    },
  };
}

const lostOf = (uri: string) => (reason: 'missing' | 'changed') =>
  new ConfigurationError(
    `${uri} ${reason === 'missing' ? 'is gone' : 'was replaced'} since it was listed. The corpus of a job must not change until the plan is complete.`,
  );

/** `folder` is a prefix without a slash at its end; empty for the whole bucket. */
async function isOutput(bucket: Bucket, folder: string): Promise<boolean> {
  for (const mark of outputMarks) {
    for await (const _object of listObjects(bucket, folder === '' ? mark : `${folder}/${mark}`)) return true;
  }
  return false;
}

async function matchesOf(uri: string): Promise<Input[]> {
  const { bucket: bucketName, prefix: key } = s3AddressOf(uri);
  if (key === '') {
    throw new ConfigurationError(
      `${uri} names no object: name one, or a glob such as s3://${bucketName}/pairs-*.jsonl`,
    );
  }
  const bucket = bucketOf(bucketName);
  const inputOf = (name: string, bytes: number, etag: string): Input => ({
    uri: `s3://${bucketName}/${name}`,
    bytes,
    etag,
  });
  // The key of an object may have brackets in it.
  const exact = await headObject(bucket, key);
  if (exact) return [inputOf(key, exact.bytes, exact.version)];
  const found: Input[] = [];
  const candidates: string[] = [];
  const globStart = key.search(globSyntax);
  const fixed = key.slice(0, globStart < 0 ? key.lastIndexOf('/') + 1 : globStart);
  for await (const { key: name, bytes, version } of listObjects(bucket, fixed)) {
    // Some programs create such an object for a folder.
    if (name.endsWith('/')) continue;
    if (globStart >= 0 && matchesGlob(name, key)) found.push(inputOf(name, bytes, version));
    else if (candidates.length < 1000) candidates.push(name);
  }
  if (found.length > 0) {
    found.sort((left, right) => (left.uri < right.uri ? -1 : 1));
    const base = `s3://${bucketName}`;
    const keys = found.map((input) => input.uri);
    await refuseEarlierOutput(uri, `${base}/${key}`, keys, (folder) => isOutput(bucket, folder.slice(base.length + 1)));
    return found;
  }
  const hint =
    candidates.length === 0
      ? `There is nothing below s3://${bucketName}/${fixed}.`
      : `Similar keys are: ${nearestNames(key, candidates).join(', ')}.`;
  throw new ConfigurationError(`${uri} matches no object. ${hint}`);
}
