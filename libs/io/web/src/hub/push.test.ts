import { ConfigurationError } from '@proofmill/contract';
import { startHub } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { type PushedFile, pushToHub } from '../index.ts';

const contents: Readonly<Record<string, Buffer>> = {
  'data/train-00000-of-00002.parquet': Buffer.alloc(5000, 'one '),
  'data/train-00001-of-00002.parquet': Buffer.alloc(6000, 'two '),
  'README.md': Buffer.from('# A set'),
  _SUCCESS: Buffer.from('{}'),
};
const files: readonly PushedFile[] = Object.entries(contents).map(([path, content]) => ({
  path,
  open: async () => new Blob([new Uint8Array(content)]),
}));

describe('a folder that is pushed to the Hub', () => {
  const push = async (hub: { address: string }, more: { token?: string; to?: string } = {}) => {
    const sent: string[] = [];
    const options = { to: 'hf://org/set', token: 'hf_right', endpoint: hub.address, files, ...more };
    const count = await pushToHub({ ...options, sent: (path) => sent.push(path) });
    expect(count).toBe(sent.length);
    return sent;
  };

  it('is there as it is here, in its order, and is not sent again', async () => {
    await using hub = await startHub();
    expect(await push(hub)).toEqual(Object.keys(contents));
    hub.state.files.delete('.gitattributes');
    expect(Object.fromEntries(hub.state.files)).toEqual(contents);
    expect(hub.state).toMatchObject({
      commits: 4,
      created: { organization: 'org', name: 'set', visibility: 'private' },
    });
    expect(await push(hub, { to: 'hf://datasets/org/set@main' })).toEqual([]);
  });

  it.each([1, 2, 3, 4])('continues where it was ended, at its commit %i', async (dieAt) => {
    await using hub = await startHub();
    hub.state.dieAt = dieAt;
    await expect(push(hub)).rejects.toThrow('hf://org/set: the Hub refuses (403: You have been banned');
    expect([...hub.state.files.keys()]).toEqual(['.gitattributes', ...Object.keys(contents).slice(0, dieAt - 1)]);
    expect(await push(hub)).toEqual(Object.keys(contents).slice(dieAt - 1));
  });

  it('replaces nothing, and is mixed with nothing', async () => {
    for (const path of ['data/train-00000-of-00001.parquet', 'README.md']) {
      await using hub = await startHub();
      hub.state.exists = true;
      hub.state.files.set(path, Buffer.from('of somebody else'));
      await expect(push(hub)).rejects.toThrow(`holds other files (${path}), and none of them is replaced`);
      expect([...hub.state.files.keys()]).toEqual([path]);
    }
  });

  it('needs a name and a token', async () => {
    await using hub = await startHub();
    await expect(push(hub, { to: 'hf://set' })).rejects.toThrow('write hf://ORG/NAME');
    await expect(push(hub, { token: '' })).rejects.toThrow('set HF_TOKEN');
    const refused = push(hub, { token: 'hf_wrong' });
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(/Invalid credentials.*HF_TOKEN is a token which may write/);
  });
});
