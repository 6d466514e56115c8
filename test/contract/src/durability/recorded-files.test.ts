import files, { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { recordFiles } from './recorded-files.ts';

it('a folder is known whichever of two calls that make it returns first', async () => {
  const base = await mkdtemp(join(tmpdir(), 'proofmill-recorded-'));
  const { mkdir } = files;
  onTestFinished(async () => {
    files.mkdir = mkdir;
    await rm(base, { recursive: true, force: true });
  });
  const [firstMade, firstReturns] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let calls = 0;
  files.mkdir = (async (...input: Parameters<typeof mkdir>) => {
    calls += 1;
    if (calls > 1) {
      await firstMade.promise;
      return mkdir(...input);
    }
    const made = await mkdir(...input);
    firstMade.resolve();
    await firstReturns.promise;
    return made;
  }) as typeof mkdir;
  using record = recordFiles(base, { sources: '/libs/io/blob/src/' });

  const first = files.mkdir(join(base, 'deep'));
  const second = files.mkdir(join(base, 'deep'));
  await expect(second).rejects.toThrow(/EEXIST/);
  await files.mkdir(join(base, 'deep/out'));
  firstReturns.resolve();
  await first;

  expect(record.events.map((event) => (event.kind === 'entry' ? event.name : event.kind))).toEqual(['deep', 'out']);
});
