/** A web server with files that can be asked for in parts, and with the faults of real ones. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '@proofmill/test-kit';

export interface Served {
  content: Buffer;
  etag: string;
  /** Gives whole files only. */
  ignoresRanges?: boolean;
  /** Ends so many answers after some bytes. */
  cuts?: number;
  /** Statuses of the next answers, in their order. */
  statuses?: number[];
  redirect?: string;
}

/** Answers with a file, or a part of it. */
export function serve(file: Served, request: IncomingMessage, response: ServerResponse): void {
  const status = file.statuses?.shift();
  if (status !== undefined) {
    response.writeHead(status).end();
    return;
  }
  if (file.redirect !== undefined) {
    response.writeHead(302, { location: file.redirect }).end();
    return;
  }
  const { content, etag } = file;
  const [, from = '', to = ''] =
    /^bytes=(\d+)-(\d*)$/.exec(file.ignoresRanges ? '' : (request.headers.range ?? '')) ?? [];
  const start = Number(from);
  const end = to === '' ? content.length : Math.min(Number(to) + 1, content.length);
  const headers = { etag, 'content-length': String(end - start) };
  if (from === '') response.writeHead(200, headers);
  else if (content.length === 0) response.writeHead(416, { 'content-range': 'bytes */0' });
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end - 1}/${content.length}` });
  const body = content.subarray(start, end);
  if ((file.cuts ?? 0) > 0 && body.length > 1) {
    file.cuts = (file.cuts ?? 0) - 1;
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  } else response.end(body);
}

/** Starts a server. `address` is its beginning: `http://127.0.0.1:PORT`. */
export async function startServer(listener: RequestListener, certificate?: Certificate) {
  const server = certificate ? createSecureServer(certificate, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const held: Uint8Array[] = [];
  for await (const piece of pieces) held.push(piece);
  return Buffer.concat(held);
}
