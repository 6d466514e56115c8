/** Serves calls on a TCP port or a unix socket, with node:http. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import type { Answer, Call, Cancellation } from './call.ts';

/**
 * Where to listen. `host` is an address, and everybody who reaches it may ask. Port 0 takes a free one. As in vLLM, an
 * existing socket file fails with EADDRINUSE: remove a stale one first.
 */
export type Where = { readonly host: string; readonly port: number } | { readonly socketPath: string };

/** A listening socket. */
export interface Listener {
  /** http://HOST:PORT or unix:///PATH */
  readonly url: string;
  /** Refuses new connections, waits `drainMs` for answers in flight, then cuts the rest. */
  close(drainMs: number): Promise<void>;
  /** Resets every connection and refuses new ones, at once. */
  die(): void;
  /** Listens again at the same place. */
  revive(): Promise<void>;
}

export type Handle = (call: Call) => Answer | Promise<Answer>;

/** Listens. As in vLLM (after 5 seconds), idle connections are closed after `keepAliveMs`. */
export async function listen(where: Where, keepAliveMs: number, handle: Handle): Promise<Listener> {
  const sockets = new Set<Socket>();
  let isClosing = false;
  const server = createServer({ keepAliveTimeout: keepAliveMs, keepAliveTimeoutBuffer: 0 }, (request, response) =>
    serve(request, response, handle, () => isClosing),
  );
  // An answer may take any time; only the client gives up.
  server.requestTimeout = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await startListening(server, where);
  const address: Where =
    'socketPath' in where ? where : { host: where.host, port: (server.address() as AddressInfo).port };

  return {
    url: urlOf(address),
    die() {
      server.close();
      for (const socket of sockets) {
        if ('socketPath' in address) socket.destroy();
        else socket.resetAndDestroy();
      }
    },
    revive: () => startListening(server, address),
    async close(drainMs) {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

const startListening = (server: Server, where: Where): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    const ready = (): void => {
      server.off('error', reject);
      resolve();
    };
    // Everybody who reaches the folder may ask: the container beside this one may run as another user.
    if ('socketPath' in where) server.listen({ path: where.socketPath, readableAll: true, writableAll: true }, ready);
    else server.listen(where.port, where.host, ready);
  });

const urlOf = (address: Where): string => {
  if ('socketPath' in address) return `unix://${address.socketPath}`;
  return `http://${isIPv6(address.host) ? `[${address.host}]` : address.host}:${address.port}`;
};

function serve(request: IncomingMessage, response: ServerResponse, handle: Handle, isClosing: () => boolean): void {
  const chunks: Buffer[] = [];
  const cancellation: Cancellation = { cancelled: false, onCancel: null };
  response.on('close', () => {
    if (response.writableFinished) return;
    cancellation.cancelled = true;
    cancellation.onCancel?.();
  });
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const url = request.url ?? '/';
    const queryAt = url.indexOf('?');
    const answer = handle({
      method: request.method ?? 'GET',
      path: queryAt === -1 ? url : url.slice(0, queryAt),
      query: new URLSearchParams(queryAt === -1 ? '' : url.slice(queryAt)),
      header: (name) => request.headers[name]?.toString(),
      body: (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8'),
      cancellation,
    });
    if (!(answer instanceof Promise)) send(response, answer, isClosing());
    else void answer.then((late) => (cancellation.cancelled ? undefined : send(response, late, isClosing())));
  });
}

/** `isLast`: the connection is closed after the answer. */
function send(response: ServerResponse, answer: Answer, isLast: boolean): void {
  if (answer.kind === 'lost') {
    response.socket?.resetAndDestroy();
    return;
  }
  const headers: Record<string, string | number> = {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
  };
  if (answer.retryAfterSeconds !== undefined) headers['retry-after'] = answer.retryAfterSeconds;
  if (isLast) headers.connection = 'close';
  response.writeHead(answer.status, headers).end(answer.body);
}
