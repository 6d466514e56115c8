/** Where stand-in engines say what they have found, and wait until as many have as a job has workers. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RollCall extends AsyncDisposable {
  /** An engine says what it has found by asking for this address and a word after it. */
  readonly address: string;
  /** What engines have found since the last call. */
  taken(): string[];
}

/** `arrived` is called when an engine has said something. */
export async function startRollCall(host: string, count: number, arrived: () => void): Promise<RollCall> {
  let found: string[] = [];
  let waiting: ServerResponse[] = [];
  const server = createServer((request, response) => {
    found.push(request.url?.slice(1) ?? '');
    arrived();
    waiting.push(response);
    if (waiting.length < count) return;
    for (const one of waiting) one.end();
    waiting = [];
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    address: `http://${host}:${(server.address() as AddressInfo).port}/`,
    taken() {
      const before = found;
      found = [];
      return before;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
