/** Makes sure that a server honours conditional writes (If-None-Match). */
import { ConfigurationError } from '@proofmill/contract';
import type { Bucket } from './bucket.ts';
import { createObject, removeObject } from './write-objects.ts';

/** Asks the server once. ConfigurationError where it ignores the condition. */
export function createConditionsCheck(bucket: Bucket, probeKey: () => string): () => Promise<void> {
  let probing: Promise<void> | undefined;
  return async () => {
    probing ??= probe(bucket, probeKey());
    try {
      await probing;
    } catch (error) {
      // A server that was unavailable gets another chance.
      probing = undefined;
      throw error;
    }
  };
}

async function probe(bucket: Bucket, key: string): Promise<void> {
  try {
    const isFirstCreated = await createObject(bucket, key, new Uint8Array([1]));
    const isSecondCreated = await createObject(bucket, key, new Uint8Array([2]));
    if (isFirstCreated && !isSecondCreated) return;
  } finally {
    await removeObject(bucket, key).catch(() => undefined);
  }
  throw new ConfigurationError(
    `s3://${bucket.name}: the server ignores conditional writes (If-None-Match), which Proofmill needs to store every item exactly once. Use a server that has them: docs/s3.md names some.`,
  );
}
