import { ConfigurationError, type ListedFile, type ListedFolder } from '@proofmill/contract';
import { temporaryFolder } from '../object-path.ts';
import type { S3Address } from './address.ts';
import { bucketOf } from './bucket.ts';
import { headObject, listObjects, streamObject } from './read-objects.ts';

/** The objects below a prefix of a bucket. Listing and reading below this prefix are all the rights that it takes. */
export function s3ListedFolder({ bucket: name, prefix }: S3Address): ListedFolder {
  const bucket = bucketOf(name);
  const base = prefix === '' ? '' : `${prefix}/`;
  return {
    async list(most) {
      const found: ListedFile[] = [];
      for await (const { key, bytes, version } of listObjects(bucket, base)) {
        const path = key.slice(base.length);
        // Some programs create an empty object for a folder.
        const isMark = bytes === 0 && (path === '' || path.endsWith('/'));
        if (isMark || path.startsWith(`${temporaryFolder}/`)) continue;
        if (found.length >= most) break;
        found.push({ path, bytes, version });
      }
      return found;
    },
    stream: ({ path, version }) =>
      streamObject(bucket, base + path, {
        version,
        lost: (reason) =>
          new ConfigurationError(
            `s3://${name}/${base}${path} ${reason === 'missing' ? 'is gone' : 'was replaced'} since it was listed. Run it again once nobody writes to this folder any more`,
          ),
      }),
    recordedSha256: async (path) => (await headObject(bucket, base + path))?.sha256 ?? null,
  };
}
