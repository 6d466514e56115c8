import { ConfigurationError, outputPaths, type Store, sealedText, stagePaths } from '@proofmill/contract';
import { createJob, createStage, isCleaned, stageFolder } from '@proofmill/folder';
import { labelStage, memoryStore } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { cleanOutput } from './clean.ts';

const paths = stagePaths('label');
const working = [
  paths.pack(0),
  paths.staged('rows', 0, 1, 'a'.repeat(64)),
  `${paths.journal(0)}/00001.journal`,
  outputPaths.signingSecret,
];
const kept = [paths.manifest(0), paths.entry(0), 'data/train-00000-of-00001.jsonl'];
const notOurs = `${paths.journal(0)}/notes of somebody.txt`;

/** An output of one stage, with a file of each kind and one that somebody has put there. */
async function output({ isComplete }: { isComplete: boolean }): Promise<Map<string, Uint8Array>> {
  const objects = new Map<string, Uint8Array>();
  const store = memoryStore(objects);
  const folder = stageFolder(store, 'label');
  await createJob(folder, { name: 'job', pipeline: [{ name: 'label' }] });
  await createStage(folder, labelStage());
  for (const path of [...working, ...kept, notOurs]) objects.set(path, Buffer.from('x'));
  if (isComplete) await store.write(outputPaths.success, [Buffer.from(sealedText({ v: 1, manifestSha256: '' }))]);
  return objects;
}

describe('cleaning', () => {
  it('removes packs, journals, staged files and the secret, and nothing that readers see or that is not ours', async () => {
    const objects = await output({ isComplete: true });
    expect(await cleanOutput(memoryStore(objects))).toBe(working.length);
    expect(working.filter((path) => objects.has(path))).toEqual([]);
    expect([...kept, notOurs].filter((path) => !objects.has(path))).toEqual([]);
  });

  it('says so ahead of removing the first file, so that a death half way leaves no damage', async () => {
    const objects = await output({ isComplete: true });
    const store = memoryStore(objects);
    const dying: Store = {
      ...store,
      remove: async () => {
        throw new Error('killed');
      },
    };
    await expect(cleanOutput(dying)).rejects.toThrow('killed');
    expect(await isCleaned(store)).toBe(true);
    expect(await cleanOutput(store)).toBe(working.length);
  });

  it('is refused while the output is not complete: its journals are still needed', async () => {
    const objects = await output({ isComplete: false });
    const before = new Map(objects);
    await expect(cleanOutput(memoryStore(objects))).rejects.toThrow(ConfigurationError);
    expect(objects).toEqual(before);
  });
});
