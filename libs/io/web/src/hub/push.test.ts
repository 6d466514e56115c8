import { createHash } from 'node:crypto';
import { ConfigurationError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { startServer } from '../file-server.fixture.ts';
import { type PushedFile, pushToHub } from '../index.ts';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const gitOid = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/**
 * The part of the Hub's API that its client writes with: a stand-in, since the Hub itself is not reached by tests. Files of more than 100 bytes are
 * large: they are stored under their sha256, ahead of the commit that names them.
 */
async function startHub() {
  const state = {
    files: new Map<string, Buffer>(),
    large: new Map<string, Buffer>(),
    commits: 0,
    dieAt: 0,
    exists: false,
  };
  const server = await startServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.method === 'PUT') {
      state.large.set(pathname.split('/').at(-1) ?? '', body);
      return response.writeHead(200).end();
    }
    if (request.headers.authorization !== 'Bearer hf_right') return json({ error: 'Invalid credentials' }, 401);
    if (pathname === '/api/repos/create') {
      expect(JSON.parse(body.toString())).toMatchObject({ organization: 'org', name: 'set', visibility: 'private' });
      if (state.exists) return json({ error: 'You already created this dataset repo' }, 409);
      state.exists = true;
      state.files.set('.gitattributes', Buffer.from('*.parquet filter=lfs'));
      return json({ url: 'http://hub/org/set' });
    }
    if (pathname === '/api/datasets/org/set/tree/main') {
      return json(
        [...state.files].map(([path, content]) => ({
          ...{ type: 'file', path, size: content.length, oid: gitOid(content) },
          ...(content.length > 100 ? { lfs: { oid: sha256(content), size: content.length, pointerSize: 1 } } : {}),
        })),
      );
    }
    if (pathname === '/api/datasets/org/set/preupload/main') {
      const { files } = JSON.parse(body.toString()) as { files: { path: string; size: number }[] };
      return json({
        files: files.map(({ path, size }) => ({ path, uploadMode: size > 100 ? 'lfs' : 'regular' })),
      });
    }
    if (pathname === '/datasets/org/set.git/info/lfs/objects/batch') {
      const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
      const href = (oid: string) => `http://${request.headers.host}/lfs/${oid}`;
      return json({
        transfer: 'basic',
        objects: objects.map(({ oid, size }) => ({ oid, size, actions: { upload: { href: href(oid) } } })),
      });
    }
    if (pathname === '/api/datasets/org/set/commit/main') {
      state.commits += 1;
      if (state.commits === state.dieAt) return json({ error: 'You have been banned' }, 403);
      for (const line of body.toString().split('\n')) {
        const { key, value } = JSON.parse(line);
        if (key === 'file') state.files.set(value.path, Buffer.from(value.content, value.encoding));
        if (key === 'lfsFile') state.files.set(value.path, state.large.get(value.oid) ?? Buffer.alloc(0));
      }
      return json({ commitOid: '1'.repeat(40), commitUrl: 'http://hub/commit', hookOutput: '' });
    }
    return json({ error: `no ${pathname}` }, 404);
  });
  return { state, ...server };
}

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
    expect(hub.state.commits).toBe(4);
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
