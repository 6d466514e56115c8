import { describe, expect, test } from 'vitest';
import { s3SkipReason, startS3 } from './server.ts';

const skipReason = await s3SkipReason();

describe.skipIf(skipReason)(`an S3 server of one's own${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('answers at its address, and after a crash at the same one', async () => {
    await using server = await startS3();
    const status = async () => (await fetch(server.env.AWS_ENDPOINT_URL ?? '')).status;
    expect(await status()).toBe(403); // nobody has signed
    await server.kill();
    await expect(status()).rejects.toThrow();
    await server.restart();
    expect(await status()).toBe(403);
  });
});
