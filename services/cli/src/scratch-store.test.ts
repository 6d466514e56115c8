import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scratchStore } from './scratch-store.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-scratch-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('a scratch store goes with what was left in it', async () => {
  {
    await using store = await scratchStore(folder);
    await store.write('parts/1.lines', [Buffer.from('left')]);
    await store.write('parts/2.lines', [Buffer.from('removed')]);
    await store.remove('parts/2.lines');
    expect(await readdir(folder)).toHaveLength(1);
  }
  {
    await using _unused = await scratchStore(folder);
  }
  expect(await readdir(folder)).toEqual([]);
});
