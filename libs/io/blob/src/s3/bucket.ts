/** One bucket, and what its callers need to make calls on it. */
import { IntegrityError } from '@proofmill/contract';
import { type S3, s3 } from './client.ts';
import { isMissing, s3Error } from './errors.ts';
import { persistently } from './retry.ts';

export interface Bucket {
  readonly name: string;
  /** Makes a call that may be repeated, until it succeeds or no further try can help. `attempt` says what it does, as in "read x". */
  call<T>(attempt: string, task: (s3: S3) => Promise<T>): Promise<T>;
  missing(key: string): IntegrityError;
}

export const bucketOf = (name: string): Bucket => ({
  name,
  async call(attempt, task) {
    try {
      const opened = await s3();
      return await persistently(() => task(opened));
    } catch (error) {
      throw s3Error(error, `${attempt} in s3://${name}`);
    }
  },
  missing: (key) => new IntegrityError(`s3://${name}/${key} is missing`),
});

/** The answer to one HEAD; null where there is no such object. */
export async function headOf({ sdk, client }: S3, bucket: string, key: string) {
  try {
    return await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
