/**
 * The client of an object store, made when it is first asked for: a job on folders does not load the SDK. Endpoint, region and
 * credentials are the SDK's own business (AWS_ENDPOINT_URL, AWS_REGION, keys, profiles, roles of a pod): nothing of them is
 * ours to read, to log or to hand on.
 */
import type { S3Client } from '@aws-sdk/client-s3';

const load = () => import('@aws-sdk/client-s3');

export interface S3 {
  readonly sdk: Awaited<ReturnType<typeof load>>;
  readonly client: S3Client;
}

/** Without these a connection that is silently gone would be waited for without end. */
const CONNECT_MS = 10_000;
/** Until an answer begins. A copy of a part is answered when it is done. */
const ANSWER_MS = 120_000;
const SILENCE_MS = 120_000;

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
    // s3-retry.ts tries again, and nothing else does: the SDK would take no body that breaks off up again, and gives up after seconds.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      socketTimeout: SILENCE_MS,
    },
    // Servers other than AWS rarely have a name for each bucket, and do not care for the region.
    ...(hasEndpoint ? { forcePathStyle: true } : {}),
    ...(hasEndpoint && AWS_REGION === undefined && AWS_DEFAULT_REGION === undefined ? { region: 'us-east-1' } : {}),
    // Others than AWS may not know the checksums that the SDK would add; what matters is digested by us.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}
