import { ConfigurationError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { createJob, findStoredJob, readJobIdentity, readStoredJob, stageFolder } from './index.ts';
import { storeOf } from './store.fixture.ts';

const identity = { name: 'job', pipeline: [{ name: 'label' }, { name: 'prove' }], output: { partitions: 2 } };

describe('the job of an output folder', () => {
  it('is known by any of its stages, before one of them is frozen', async () => {
    const store = storeOf({});
    await createJob(stageFolder(store, 'label'), identity);
    expect(await readStoredJob(store)).toEqual({ name: 'job', stages: [], pipeline: ['label', 'prove'] });
    expect(await readJobIdentity(stageFolder(store, 'label'))).toEqual(identity);
    expect(await readJobIdentity(stageFolder(store, 'prove'))).toBeUndefined();
  });

  it('is missing in any other folder', async () => {
    const store = storeOf({ 'data/a.jsonl': '' });
    await expect(readStoredJob(store)).rejects.toThrow(ConfigurationError);
    expect(await findStoredJob(store)).toBeNull();
  });
});
