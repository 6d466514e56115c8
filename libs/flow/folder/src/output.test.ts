import { IntegrityError, type OutputManifest, outputPaths } from '@proofmill/contract';
import { emptyTotals } from '@proofmill/stats';
import { memoryStore } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { closeOutput, isComplete, readOutputManifest } from './index.ts';

const outputOf = (job: string): OutputManifest => ({ v: 1, job, runs: [], shards: [], totals: emptyTotals() });

describe('closing an output', () => {
  it('writes the totals first and _SUCCESS last, so that a death in between leaves it incomplete', async () => {
    const store = memoryStore();
    const written: string[] = [];
    const dying = {
      ...store,
      async write(...[path, content]: Parameters<typeof store.write>) {
        if (written.length === 1) throw new Error('killed');
        written.push(String(path));
        return store.write(path, content);
      },
    };
    await expect(closeOutput(dying, outputOf('job'))).rejects.toThrow('killed');
    expect(written).toEqual([outputPaths.manifest]);
    expect(await isComplete(store)).toBe(false);
    await closeOutput(store, outputOf('job'));
    expect(await isComplete(store)).toBe(true);
    expect(await readOutputManifest(store)).toEqual(outputOf('job'));
  });

  it('binds the totals to _SUCCESS: others in their place, sound in themselves, are refused', async () => {
    const [objects, others] = [new Map<string, Uint8Array>(), new Map<string, Uint8Array>()];
    await closeOutput(memoryStore(objects), outputOf('job'));
    await closeOutput(memoryStore(others), outputOf('another'));
    objects.set(outputPaths.manifest, others.get(outputPaths.manifest) ?? new Uint8Array());
    await expect(readOutputManifest(memoryStore(objects))).rejects.toThrow(IntegrityError);
    await expect(readOutputManifest(memoryStore(objects))).rejects.toThrow('is not the one that _SUCCESS names');
  });
});
