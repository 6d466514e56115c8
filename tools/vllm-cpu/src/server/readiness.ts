import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '@proofmill/process';

/** Where the server listens: a TCP port of 127.0.0.1, or a unix socket. */
export type ServerAddress = { port: number } | { socketPath: string };

const pollIntervalMs = 200;
const requestTimeoutMs = 5_000;

/** True once GET /health says 200 and /v1/models lists the model. Until then vLLM refuses connections. */
async function isReady(address: ServerAddress, servedModel: string): Promise<boolean> {
  if ((await get(address, '/health'))?.status !== 200) return false;
  const models = await get(address, '/v1/models');
  if (models?.status !== 200) return false;
  const { data } = JSON.parse(models.body) as { data: { id: string }[] };
  return data.some(({ id }) => id === servedModel);
}

/** Asks until the server is ready or the signal aborts (then rejects with its reason). */
export async function pollUntilReady(address: ServerAddress, servedModel: string, signal: AbortSignal): Promise<void> {
  while (!(await isReady(address, servedModel))) await sleep(pollIntervalMs, undefined, { signal });
}

/** One GET without keep-alive; undefined where no answer came. */
function get(address: ServerAddress, path: string): Promise<{ status: number; body: string } | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      { host: '127.0.0.1', ...address, path, agent: false, timeout: requestTimeoutMs },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.once('error', () => resolve(undefined));
      },
    );
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(undefined));
    asked.once('close', () => resolve(undefined));
    asked.end();
  });
}

/**
 * A port of 127.0.0.1 to listen on: the given one, or a free one for 0. Somebody else may still take it before the
 * server does; the server then exits early.
 * @throws {ToolError} configuration when the given port is in use: a poll would find the other server "ready"
 */
export function reservePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => {
      reject(
        new ToolError(
          'configuration',
          `Port ${port} of 127.0.0.1 cannot be used: ${cause.message}. Choose another, or 0 for any free one.`,
          { cause },
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
}
