/** A proxy in front of a real S3 server. It records requests, and makes chosen ones fail as networks and busy servers do. */
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Fault =
  /** The server performs the request, and the client gets no answer. */
  | 'lose the answer'
  /** The connection breaks after half of the answer's body. */
  | 'cut the answer'
  /** The proxy answers by itself; the request does not reach the server. */
  | { readonly status: number; readonly code: string };

interface S3Request {
  /** `GET`, `LIST`, `PUT`, `COPY`, `PART`, `COMPLETE`, .. */
  readonly kind: string;
  readonly key: string;
}

export interface S3Proxy extends AsyncDisposable {
  readonly endpoint: string;
  /** Requests since the last `forget`. */
  readonly requests: readonly S3Request[];
  forget(): void;
  /** Gives each of the next requests of a kind one of these faults. */
  inject(kind: string, ...faults: Fault[]): void;
}

function s3RequestOf({ method = '', url = '', headers }: IncomingMessage): S3Request {
  const { pathname, searchParams } = new URL(url, 'http://any');
  const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  if (searchParams.has('list-type')) return { kind: 'LIST', key: searchParams.get('prefix') ?? '' };
  if (searchParams.has('partNumber')) return { kind: isCopy ? 'COPY' : 'PART', key };
  if (searchParams.has('uploads')) return { kind: 'BEGIN', key };
  if (method === 'POST' && searchParams.has('uploadId')) return { kind: 'COMPLETE', key };
  return { kind: isCopy ? 'COPY' : method, key };
}

/** The signature stays valid: it covers the host header, which the proxy forwards unchanged. */
export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(target);
  const requests: S3Request[] = [];
  const faults = new Map<string, Fault[]>();
  const server = createServer((request, response) => {
    const received = s3RequestOf(request);
    requests.push(received);
    const fault = faults.get(received.kind)?.shift();
    if (typeof fault === 'object') {
      request.resume();
      const body = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>by the proxy</Message></Error>`;
      response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    const { method = 'GET', url = '/', headers } = request;
    const forwarded = forward({ hostname, port, method, path: url, headers }, (answer) => {
      if (fault === 'lose the answer') {
        answer.resume().on('end', () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      if (fault !== 'cut the answer') return void answer.pipe(response);
      let left = Math.floor(Number(answer.headers['content-length']) / 2);
      answer.on('data', (bytes: Buffer) => {
        const part = bytes.subarray(0, Math.max(0, left));
        left -= bytes.length;
        response.write(part, () => {
          if (left <= 0) response.destroy();
        });
      });
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    forget: () => void requests.splice(0),
    inject: (kind, ...more) => void faults.set(kind, more),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
