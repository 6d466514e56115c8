/** An HTTP server that answers as an API server does to lists and watches of Pods: pages, bookmarks, versions that have expired. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubernetesObject } from '@proofmill/contract';
import { onTestFinished } from 'vitest';
import type { Credentials } from './credentials.ts';

export interface TestApiServer {
  readonly credentials: Credentials;
  /** Lists and watches so far, by the query of each. */
  readonly requests: URLSearchParams[];
  readonly pods: Map<string, KubernetesObject>;
  /** Changes a pod, and reports it to the watches. */
  put(name: string, labels?: Record<string, string>): void;
  remove(name: string): void;
  bookmark(): void;
  /** Ends every watch, as a server does after a while; `how: 'break'` as a network does. */
  endWatches(how: 'end' | 'break'): void;
  /** Versions up to now have expired. */
  compact(): void;
  /** The status of every answer, where it is not 200. */
  refuses: { status: number; message: string } | null;
}

export async function testApiServer(pageSize = 2): Promise<TestApiServer> {
  const pods = new Map<string, KubernetesObject>();
  const history: { version: number; line: string }[] = [];
  const watches = new Set<ServerResponse>();
  const requests: URLSearchParams[] = [];
  let version = 100;
  let oldest = 0;

  const publish = (type: string, object: object): void => {
    const line = `${JSON.stringify({ type, object })}\n`;
    if (type !== 'BOOKMARK') history.push({ version, line });
    for (const watch of watches) watch.write(line);
  };
  const podOf = (name: string, labels: Record<string, string>): KubernetesObject => ({
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: {
      name,
      namespace: 'here',
      uid: name,
      resourceVersion: String(version),
      labels,
      managedFields: [{}],
    } as never,
  });
  const answer = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const list = (query: URLSearchParams, response: ServerResponse): void => {
    const from = Number(query.get('continue') ?? 0);
    const to = from + Math.min(pageSize, Number(query.get('limit')));
    const all = [...pods.values()].map(({ kind: _kind, apiVersion: _version, ...pod }) => pod);
    const more = to < all.length ? { continue: String(to) } : {};
    answer(response, 200, { items: all.slice(from, to), metadata: { resourceVersion: String(version), ...more } });
  };
  const watch = (query: URLSearchParams, response: ServerResponse): void => {
    const since = Number(query.get('resourceVersion'));
    const gone = { kind: 'Status', code: 410, message: 'too old resource version' };
    response.writeHead(200);
    if (since < oldest) return void response.end(`${JSON.stringify({ type: 'ERROR', object: gone })}\n`);
    response.flushHeaders();
    for (const event of history) if (event.version > since) response.write(event.line);
    watches.add(response);
    response.once('close', () => watches.delete(response));
  };

  const fixture: Omit<TestApiServer, 'credentials'> & { refuses: TestApiServer['refuses'] } = {
    ...{ requests, pods, refuses: null },
    put(name, labels = {}) {
      version += 1;
      const type = pods.has(name) ? 'MODIFIED' : 'ADDED';
      pods.set(name, podOf(name, labels));
      publish(type, pods.get(name) ?? {});
    },
    remove(name) {
      version += 1;
      pods.delete(name);
      publish('DELETED', podOf(name, {}));
    },
    bookmark() {
      version += 1;
      publish('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: String(version) } });
    },
    endWatches(how) {
      for (const watch of watches) {
        watches.delete(watch);
        if (how === 'end') watch.end();
        else watch.destroy();
      }
    },
    compact() {
      oldest = version;
    },
  };
  const server = createServer((request, response) => {
    const { searchParams, pathname } = new URL(request.url ?? '/', 'http://server');
    if (pathname === '/readyz') return answer(response, 200, {});
    requests.push(searchParams);
    if (fixture.refuses) return answer(response, fixture.refuses.status, { message: fixture.refuses.message });
    return searchParams.has('watch') ? watch(searchParams, response) : list(searchParams, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(fixture, {
    credentials: { server: `http://127.0.0.1:${port}`, namespace: null, options: async () => ({}) },
  });
}
