/**
 * The HTTP server of a role's status:
 *
 *   /metrics   what the role counts, for Prometheus
 *   /livez     200 while the process works, else 503 and why not
 *   /readyz    200 while it has what it needs, else 503 and what is missing
 *
 * It reads no body, changes nothing and answers in a few kilobytes, so that it is safe to leave it open to a cluster. It keeps no process
 * from ending.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '@proofmill/contract';
import type { Checks } from './checks.ts';
import type { RoleMetrics } from './role-metrics.ts';

export interface ListenOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The address to listen on; `all` for every address of the machine. */
  readonly host: string;
}

export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A scrape and the probes of a kubelet, several times over. */
const mostConnections = 32;
const requestMs = 5_000;
const headerBytes = 8_192;

/** @throws ConfigurationError where nothing can listen there */
export async function serveStatus(
  { port, host }: ListenOptions,
  metrics: RoleMetrics,
  checks: Checks,
): Promise<StatusServer> {
  const server = createServer(
    { requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: requestMs, maxHeaderSize: headerBytes },
    (request, response) => {
      void answer(request, response, metrics, checks).catch(() => response.destroy());
    },
  );
  server.maxConnections = mostConnections;
  await listening(server, port, host);
  // Connections that a scraper keeps open hold no process either.
  server.on('connection', (socket) => socket.unref());
  server.unref();
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host === 'all' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void =>
      reject(
        new ConfigurationError(
          `--status-port ${port}: nothing can listen there on ${host === 'all' ? 'the addresses of this machine' : host} (${error.code ?? error.message}). Choose another port or --status-host`,
          { cause: error },
        ),
      );
    server.once('error', refuse);
    server.listen({ port, ...(host === 'all' ? {} : { host }) }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

async function answer(
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
  metrics: RoleMetrics,
  checks: Checks,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return end(response, 405, 'only GET is answered');
  }
  switch (url.split('?', 1)[0]) {
    case '/metrics':
      response.setHeader('Content-Type', metrics.contentType);
      response.end(await metrics.text());
      return;
    case '/livez':
      return verdict(response, 'alive', checks.dead());
    case '/readyz':
      return verdict(response, 'ready', checks.unready());
    default:
      return end(response, 404, 'there are /metrics, /livez and /readyz');
  }
}

const verdict = (response: ServerResponse, word: string, problems: readonly string[]): void =>
  problems.length === 0
    ? end(response, 200, word)
    : end(response, 503, problems.map((problem) => `not ${word}: ${problem}`).join('\n'));

function end(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${text}\n`);
}
