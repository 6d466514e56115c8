import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const gitOid = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/**
 * The part of the Hub's API that its client writes with: a stand-in, since the Hub itself is not reached by tests. It knows the data set org/set and the
 * token hf_right. Files of more than 100 bytes are large: they are stored under their sha256, ahead of the commit that names them.
 */
export async function startHub() {
  const state = {
    files: new Map<string, Buffer>(),
    large: new Map<string, Buffer>(),
    commits: 0,
    /** The number of the commit that is refused. */
    dieAt: 0,
    exists: false,
    /** What a data set was asked for with. */
    created: null as unknown,
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
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
      if (state.exists) return json({ error: 'You already created this dataset repo' }, 409);
      state.exists = true;
      state.created = JSON.parse(body.toString());
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
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    state,
    address: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
