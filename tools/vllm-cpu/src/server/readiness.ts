import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '@proofmill/process';

/** The address of the server: a TCP port of 127.0.0.1, or a unix socket. */
export type ServerAddress = { port: number } | { socketPath: string };

const pollIntervalMs = 200;
const requestTimeoutMs = 5_000;

/** Whether GET /health answers 200 and /v1/models lists the model. Until then vLLM refuses connections. */
async function isReady(address: ServerAddress, servedModel: string): Promise<boolean> {
  if ((await get(address, '/health'))?.status !== 200) return false;
  const models = await get(address, '/v1/models');
  if (models?.status !== 200) return false;
  const { data } = JSON.parse(models.body) as { data: { id: string }[] };
  return data.some(({ id }) => id === servedModel);
}

/** Polls until the server is ready. Rejects with the signal's reason when it fires. */
export async function pollUntilReady(address: ServerAddress, servedModel: string, signal: AbortSignal): Promise<void> {
  while (!(await isReady(address, servedModel))) await sleep(pollIntervalMs, undefined, { signal });
}

/** One GET without keep-alive; undefined if there is no answer. */
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
 * A port of 127.0.0.1 to listen on: the given one, or a free one for 0. Another process may still take it ahead of the server,
 * which then exits early.
 * @throws {ToolError} configuration if the given port is in use: polling would find the other server "ready"
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
