/** A proxy in front of a real S3 server: it counts the requests and does to chosen ones what networks and busy servers do. */
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Fault =
  /** The server does it, and the client never hears of it. */
  | 'lose the answer'
  /** The connection breaks after half of the answer's body. */
  | 'cut the answer'
  /** An answer of the proxy's own; the server is not asked. */
  | { readonly status: number; readonly code: string };

interface Seen {
  /** `GET`, `LIST`, `PUT`, `COPY`, `PART`, `COMPLETE`, .. */
  readonly kind: string;
  readonly key: string;
}

export interface S3Proxy extends AsyncDisposable {
  readonly endpoint: string;
  /** What was asked since the last `forget`. */
  readonly seen: readonly Seen[];
  forget(): void;
  /** Does this to the next requests of a kind, one fault each. */
  inject(kind: string, ...faults: Fault[]): void;
}

function seenIn({ method = '', url = '', headers }: IncomingMessage): Seen {
  const { pathname, searchParams } = new URL(url, 'http://any');
  const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  if (searchParams.has('list-type')) return { kind: 'LIST', key: searchParams.get('prefix') ?? '' };
  if (searchParams.has('partNumber')) return { kind: isCopy ? 'COPY' : 'PART', key };
  if (searchParams.has('uploads')) return { kind: 'BEGIN', key };
  if (method === 'POST' && searchParams.has('uploadId')) return { kind: 'COMPLETE', key };
  return { kind: isCopy ? 'COPY' : method, key };
}

/** The signature holds, since the host that it covers is passed on as it came. */
export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(target);
  const seen: Seen[] = [];
  const faults = new Map<string, Fault[]>();
  const server = createServer((request, response) => {
    const asked = seenIn(request);
    seen.push(asked);
    const fault = faults.get(asked.kind)?.shift();
    if (typeof fault === 'object') {
      request.resume();
      const body = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>by the proxy</Message></Error>`;
      response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    const { method = 'GET', url = '/', headers } = request;
    const onward = forward({ hostname, port, method, path: url, headers }, (answer) => {
      if (fault === 'lose the answer') {
        answer.resume().on('end', () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      if (fault !== 'cut the answer') return void answer.pipe(response);
      let left = Math.floor(Number(answer.headers['content-length']) / 2);
      answer.on('data', (bytes: Buffer) => {
        const some = bytes.subarray(0, Math.max(0, left));
        left -= bytes.length;
        response.write(some, () => {
          if (left <= 0) response.destroy();
        });
      });
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    forget: () => void seen.splice(0),
    inject: (kind, ...more) => void faults.set(kind, more),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
