/**
 * The client of an object store, made at the first call: a job on folders does not load the SDK. The SDK itself reads endpoint,
 * region and credentials (AWS_ENDPOINT_URL, AWS_REGION, keys, profiles, roles of a pod). Proofmill neither reads credentials
 * nor logs them nor passes them on.
 */
import type { S3Client } from '@aws-sdk/client-s3';

const load = () => import('@aws-sdk/client-s3');

export interface S3 {
  readonly sdk: Awaited<ReturnType<typeof load>>;
  readonly client: S3Client;
}

/** Without these limits, a call would wait for ever on a connection that is silently gone. */
const connectMs = 10_000;
/** Until an answer begins. The answer to the copy of a part begins when the copy is complete. */
const answerMs = 120_000;
const silenceMs = 120_000;

let opened: Promise<S3> | undefined;

/** One client for the process. */
export const s3 = (): Promise<S3> => {
  opened ??= open();
  return opened;
};

async function open(): Promise<S3> {
  const sdk = await load();
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
  const hasEndpoint = AWS_ENDPOINT_URL !== undefined || AWS_ENDPOINT_URL_S3 !== undefined;
  const client = new sdk.S3Client({
    // Only retry.ts tries again: the SDK does not resume a body that breaks off, and gives up within seconds.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
      socketTimeout: silenceMs,
    },
    // Servers other than AWS rarely have a host name for each bucket, and ignore the region.
    ...(hasEndpoint ? { forcePathStyle: true } : {}),
    ...(hasEndpoint && AWS_REGION === undefined && AWS_DEFAULT_REGION === undefined ? { region: 'us-east-1' } : {}),
    // Servers other than AWS may not know the checksums that the SDK would add. Proofmill digests what matters.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}
