import type { Checkpoint } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { createCheckpoint, removeCheckpoints, stageFolder, usableCheckpoint } from './index.ts';
import { storeOf } from './store.fixture.ts';

const run = 'job-label-1';
const checkpointAt = (bytes: number, more: Partial<Checkpoint> = {}): Checkpoint => ({
  v: 1,
  run,
  partition: 3,
  cut: [{ epoch: 1, bytes, isOver: true }],
  committed: [],
  shards: [],
  ...more,
});
const needs = { epochs: [1, 2], committed: new Set<number>() };

async function bed(...checkpoints: Checkpoint[]) {
  const objects: Record<string, string> = {};
  const folder = stageFolder({ ...storeOf(objects), remove: async (path) => void delete objects[path] }, 'label', run);
  for (const [number, checkpoint] of checkpoints.entries())
    await createCheckpoint(folder, checkpoint, { epoch: 2, number });
  const newest = async (more = needs): Promise<number | undefined> =>
    (await usableCheckpoint(folder, 3, more))?.cut[0]?.bytes;
  return { folder, objects, newest };
}

describe('the newest checkpoint of a partition', () => {
  it('is built on; the one that it followed stays, and no other', async () => {
    const { objects, newest } = await bed(checkpointAt(10), checkpointAt(20), checkpointAt(30));
    expect(await newest()).toBe(30);
    expect(Object.keys(objects)).toEqual([
      '.proofmill/label/checkpoints/3/00002.00001.json',
      '.proofmill/label/checkpoints/3/00002.00002.json',
    ]);
  });

  it('that is damaged is passed over for the one that it followed; without that there is none', async () => {
    const { objects, newest } = await bed(checkpointAt(10), checkpointAt(20));
    const [first = '', second = ''] = Object.keys(objects);
    objects[second] = objects[second]?.replace('"bytes":20', '"bytes":21') ?? '';
    expect(await newest()).toBe(10);
    objects[first] = 'nothing';
    expect(await newest()).toBeUndefined();
  });

  it('that is out of its place, or of another run, is passed over', async () => {
    const { objects, newest } = await bed(checkpointAt(10, { run: 'other' }), checkpointAt(20, { partition: 4 }));
    expect(await newest()).toBeUndefined();
    const [first = '', ofAnother = ''] = Object.keys(objects);
    objects[first] = objects[ofAnother] ?? '';
    expect(await newest()).toBeUndefined();
  });

  it('is not built on where a journal that it has read is gone, or a shard that it leaves out is not committed', async () => {
    const ranges: Checkpoint['committed'] = [
      [3, 7, 4],
      [15, 15, 4],
    ];
    const { newest } = await bed(checkpointAt(10, { committed: ranges }));
    expect(await newest({ epochs: [1], committed: new Set([3, 7, 11, 15]) })).toBe(10);
    expect(await newest({ epochs: [1], committed: new Set([3, 11, 15]) })).toBeUndefined();
    expect(await newest({ epochs: [2], committed: new Set([3, 7, 15]) })).toBeUndefined();
  });

  it('is none once all are removed', async () => {
    const { folder, objects, newest } = await bed(checkpointAt(10));
    await removeCheckpoints(folder, 3);
    expect([await newest(), Object.keys(objects)]).toEqual([undefined, []]);
  });
});
