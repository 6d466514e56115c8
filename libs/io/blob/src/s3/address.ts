import { ConfigurationError } from '@proofmill/contract';

/** A place in an object store. */
export interface S3Address {
  readonly bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  readonly prefix: string;
}

/** `s3://BUCKET/PREFIX`, the whole of it read as it stands: a key may hold any character. ConfigurationError where it is none. */
export function s3AddressOf(uri: string): S3Address {
  const [, bucket, rest = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new ConfigurationError(
      `${uri.replace(/\/\/[^/]*@/, '//..@')} is no place in an object store: it looks like s3://BUCKET/FOLDER, and a bucket's name has 3 to 63 small letters, digits, dashes and dots`,
    );
  }
  return { bucket, prefix: rest.replace(/^\/+|\/+$/g, '') };
}

export const isS3 = (uri: string): boolean => uri.startsWith('s3://');

/** A folder in an object store, to write to. ConfigurationError where the path has steps that another program might shorten. */
export function s3FolderOf(uri: string): S3Address {
  const address = s3AddressOf(uri);
  const steps = address.prefix === '' ? [] : address.prefix.split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..')) {
    throw new ConfigurationError(`${uri} has an empty step, . or .. in its path: name the folder without`);
  }
  return address;
}
