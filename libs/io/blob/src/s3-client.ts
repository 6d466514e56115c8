/**
 * The client of an object store, made when it is first asked for: a job on folders does not load the SDK. Endpoint, region and
 * credentials are the SDK's own business (AWS_ENDPOINT_URL, AWS_REGION, keys, profiles, roles of a pod): nothing of them is
 * ours to read, to log or to hand on.
 */
import type { S3Client } from '@aws-sdk/client-s3';

type Sdk = typeof import('@aws-sdk/client-s3');

export interface S3 {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

/** Tries of the SDK for one call, with waits that double: about a minute in all. */
const ATTEMPTS = 8;

let opened: Promise<S3> | undefined;

/** One client for the process. */
export const s3 = (): Promise<S3> => {
  opened ??= open();
  return opened;
};

async function open(): Promise<S3> {
  const sdk = await import('@aws-sdk/client-s3');
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
  const hasEndpoint = AWS_ENDPOINT_URL !== undefined || AWS_ENDPOINT_URL_S3 !== undefined;
  const client = new sdk.S3Client({
    maxAttempts: ATTEMPTS,
    // Servers other than AWS rarely have a name for each bucket, and do not care for the region.
    ...(hasEndpoint ? { forcePathStyle: true } : {}),
    ...(hasEndpoint && AWS_REGION === undefined && AWS_DEFAULT_REGION === undefined ? { region: 'us-east-1' } : {}),
    // Others than AWS may not know the checksums that the SDK would add; what matters is digested by us.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}
