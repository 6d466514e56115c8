import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const gitOid = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/** A model of the stand-in hub. */
export interface HubModel {
  readonly files: Readonly<Record<string, Buffer>>;
  /** Only who has the token may ask. */
  readonly token?: string;
  /** Only who has this one may read the files; the list of them is open. */
  readonly gate?: string;
  /** Sizes that the list says, in place of the true ones. */
  readonly sizes?: Readonly<Record<string, number>>;
}

interface HubRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | null;
  readonly authorization: string | null;
}

/**
 * The part of the Hub's API that models are downloaded with: a stand-in, since the Hub itself is not reached by tests. Files of more than 100
 * bytes are large: they have the sha256 of their content as ETag, as those of Git LFS do.
 */
export async function startModelHub({ host = '127.0.0.1' }: { host?: string } = {}) {
  const state = {
    /** Models by `OWNER/NAME`. Each has one commit, of the number in `commits`. */
    models: new Map<string, HubModel>(),
    /** How often the branch of a model has moved. The hub keeps no earlier commit. */
    moves: new Map<string, number>(),
    /** Every request, the earliest first. */
    requests: [] as HubRequest[],
    /** The status of every answer; 0 answers as it should. */
    away: 0,
    /** The address that every answer leads to; null answers itself. */
    elsewhere: null as string | null,
    /** What ends after half of its content, and does not close. */
    stallsAt: null as string | null,
  };
  const stalled = new Set<ServerResponse>();
  const commitOf = (name: string, move = state.moves.get(name) ?? 0): string =>
    createHash('sha1').update(`${name} ${move}`).digest('hex');

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    const path = decodeURIComponent(pathname);
    const { method = '', headers } = request;
    const authorization = headers.authorization ?? null;
    state.requests.push({ method, path, range: headers.range ?? null, authorization });
    const refuse = (status: number, message: string, code?: string) =>
      response
        .writeHead(status, { 'x-error-message': message, ...(code === undefined ? {} : { 'x-error-code': code }) })
        .end(JSON.stringify({ error: message }));
    if (state.elsewhere !== null)
      return response.writeHead(307, { location: `${state.elsewhere}${request.url}` }).end();
    if (state.away !== 0) return refuse(state.away, 'Internal Error - We are working hard to fix this');

    const [, name = '', what = '', ...rest] =
      /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/(.+)$/.exec(path) ??
      /^\/([^/]+\/[^/]+)\/(resolve)\/([^/]+)\/(.+)$/.exec(path) ??
      [];
    const model = state.models.get(name);
    // As the Hub does, which says of no private model that it is there.
    if (model?.token !== undefined && authorization !== `Bearer ${model.token}`)
      return refuse(401, 'Invalid username or password.');
    if (model === undefined) return refuse(authorization ? 404 : 401, 'Repository not found', 'RepoNotFound');
    const [revision, file = ''] = rest;
    const commit = commitOf(name);
    if (revision !== 'main' && revision !== commit)
      return refuse(404, `Invalid rev id: ${revision}`, 'RevisionNotFound');
    const sizeOf = (one: string): number => model.sizes?.[one] ?? model.files[one]?.length ?? 0;
    const json = (value: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (what === 'revision') {
      const siblings = Object.keys(model.files).map((rfilename) => ({ rfilename, size: sizeOf(rfilename) }));
      return json({ id: name, modelId: name, sha: commit, siblings });
    }
    if (what === 'tree') {
      return json(
        Object.entries(model.files).map(([one, content]) => ({
          ...{ type: 'file', path: one, size: sizeOf(one), oid: gitOid(content) },
          ...(content.length > 100 ? { lfs: { oid: sha256(content), size: sizeOf(one), pointerSize: 1 } } : {}),
        })),
      );
    }
    const content = model.files[file];
    if (content === undefined) return refuse(404, 'Entry not found', 'EntryNotFound');
    if (model.gate !== undefined && authorization !== `Bearer ${model.gate}`)
      return refuse(authorization ? 403 : 401, `Access to model ${name} is restricted.`, 'GatedRepo');
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const etag = content.length > 100 ? sha256(content) : gitOid(content);
    response.writeHead(from > 0 ? 206 : 200, {
      ...{ etag: `"${etag}"`, 'x-repo-commit': commit, 'accept-ranges': 'bytes' },
      ...(content.length > 100 ? { 'x-linked-etag': `"${etag}"`, 'x-linked-size': String(content.length) } : {}),
      'content-length': content.length - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    if (method === 'HEAD') return response.end();
    if (file !== state.stallsAt) return response.end(content.subarray(from));
    response.write(content.subarray(from, Math.max(from, Math.floor(content.length / 2))));
    stalled.add(response);
    return response.once('close', () => stalled.delete(response));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    state,
    commitOf,
    /** How many answers are stalled now. */
    stalled: () => stalled.size,
    /** Stalls nothing any more; the answers that are stalled are cut off. */
    release() {
      state.stallsAt = null;
      for (const response of stalled) response.destroy();
    },
    address: `http://${host}:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type ModelHub = Awaited<ReturnType<typeof startModelHub>>;
