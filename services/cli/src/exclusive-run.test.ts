import { mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnavailableError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { holdOutput, runOf } from './exclusive-run.ts';

describe('an output folder of this machine', () => {
  it('has one run at a time, by whatever path, and before it exists', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'proofmill-exclusive-'));
    await symlink(folder, `${folder}-link`);
    const out = join(folder, 'deep', 'out');
    {
      await using _held = await holdOutput(out);
      await mkdir(out, { recursive: true });
      const other = join(`${folder}-link`, 'deep', '.', 'out');
      const refusal = await holdOutput(other).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(UnavailableError);
      expect((refusal as Error).message).toMatch(
        /another run on this machine is working on it \(process \d+, since .*status --watch/,
      );
      expect(await runOf(other)).toMatchObject({ pid: process.pid });
    }
    expect(await runOf(out)).toBeNull();
    await using _again = await holdOutput(out);
  });

  it('may be in an object store', async () => {
    await using _held = await holdOutput('s3://bucket-of-this-test/out');
    await expect(holdOutput('s3://bucket-of-this-test/out/')).rejects.toThrow('another run');
  });
});
