import { describe, expect, test } from 'vitest';
import { s3SkipReason, startS3 } from './server.ts';

const skipReason = await s3SkipReason();

describe.skipIf(skipReason)(`a private S3 server${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('answers at its address, and at the same one after a crash', async () => {
    await using server = await startS3();
    const status = async () => (await fetch(server.env.AWS_ENDPOINT_URL ?? '')).status;
    expect(await status()).toBe(403); // the request is not signed
    await server.kill();
    await expect(status()).rejects.toThrow();
    await server.restart();
    expect(await status()).toBe(403);
  });
});
