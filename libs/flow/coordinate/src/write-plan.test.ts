import type { Item, Sizes, StageFile } from '@proofmill/contract';
import { stageFolder } from '@proofmill/folder';
import { memoryStore, plainCodec } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import type { PlannedRecord } from './planned-records.ts';
import { type PlanProgress, writePlan } from './write-plan.ts';

const sizes: Sizes = { shardBytes: 1e9, shardRecords: 1e9, chunkBytes: 10_000, chunkItems: 8, endParts: 1 };
const stage = { run: 'job-label-1', definition: { kind: 'label' } } as StageFile;

/** Records without an end. The signal fires when `stopAfter` of them have been taken. */
function endless(stopAfter: number) {
  const stop = new AbortController();
  const source = { file: 'pairs.jsonl', line: 1 };
  let taken = 0;
  async function* records(): AsyncGenerator<PlannedRecord> {
    for (;;) {
      taken += 1;
      if (taken === stopAfter) stop.abort();
      const item: Item = { sourceId: null, source, prompt: [], responses: [`a ${taken}`, 'b'], gold: null };
      yield { source, bytes: 10, line: (index) => ({ ask: true, index, digest: String(taken), item, prior: null }) };
    }
  }
  return { stop: stop.signal, records: records(), taken: () => taken };
}

it('planning that is asked to stop ends in the middle of a shard, and leaves nothing half written', async () => {
  const { stop, records, taken } = endless(5_000);
  const objects = new Map<string, Uint8Array>();
  const progress: PlanProgress = { planned: 0, end: null };
  const folder = stageFolder(memoryStore(objects), 'label');
  const end = await writePlan({ folder, codec: plainCodec, stage, sizes, records, progress, stop });
  expect(end).toBeNull();
  expect(taken()).toBe(5_000);
  expect([...objects.keys()]).toEqual([]);
  expect(progress).toEqual({ planned: 0, end: null });
});

it('an error of the records is not taken for the stop', async () => {
  const { stop } = endless(1);
  const broken = { next: () => Promise.reject(new RangeError('the corpus is broken')) };
  const folder = stageFolder(memoryStore(new Map()), 'label');
  const progress: PlanProgress = { planned: 0, end: null };
  const planning = writePlan({ folder, codec: plainCodec, stage, sizes, records: broken, progress, stop });
  await expect(planning).rejects.toThrow('the corpus is broken');
});
