import { ConfigurationError } from '@proofmill/contract';

/** A place in an object store. */
export interface S3Address {
  readonly bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  readonly prefix: string;
}

/** Reads `s3://BUCKET/PREFIX` literally: a key may hold any character. ConfigurationError for anything else. */
export function s3AddressOf(uri: string): S3Address {
  const [, bucket, rest = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new ConfigurationError(
      `${uri.replace(/\/\/[^/]*@/, '//..@')} is not a place in an object store: write s3://BUCKET/FOLDER; the name of a bucket has 3 to 63 lower-case letters, digits, dashes and dots`,
    );
  }
  return { bucket, prefix: rest.replace(/^\/+|\/+$/g, '') };
}

export const isS3 = (uri: string): boolean => uri.startsWith('s3://');

/** A folder to write to. ConfigurationError where the path has steps that another program might shorten. */
export function s3FolderOf(uri: string): S3Address {
  const address = s3AddressOf(uri);
  const steps = address.prefix === '' ? [] : address.prefix.split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..')) {
    throw new ConfigurationError(
      `${uri} has an empty step, . or .. in its path: write the path of the folder without it`,
    );
  }
  return address;
}
