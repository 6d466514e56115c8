import { expect, it } from 'vitest';
import { heldNearTheEnd } from './held-memory.ts';

const recordsOfShard = 10;
const few = 30;
const many = 300;
/** For each shard more 3.7 KB, for each record 370 bytes. What V8 holds for the code itself varies by half as much. */
const mostGrowthBytes = 1_000_000;

const held = (shards: number, onCommit?: () => void): Promise<number> =>
  heldNearTheEnd({ shards, recordsOfShard, ...(onCommit ? { onCommit } : {}) });

it('a job of ten times the shards and records holds no more, in any role', { timeout: 300_000 }, async () => {
  // The code that is compiled on the way is held as well: the first large job has compiled it.
  await held(many);
  const before = await held(few);
  const large = await held(many);
  const small = (before + (await held(few))) / 2;
  expect(large - small).toBeLessThan(mostGrowthBytes);

  // The measure sees what is held for each shard.
  const leak: unknown[] = [];
  const leaking = await held(many, () => leak.push(Array(800).fill(leak.length)));
  expect(leaking - small).toBeGreaterThan(mostGrowthBytes);
});
