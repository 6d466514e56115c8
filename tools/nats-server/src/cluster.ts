/** A cluster of private nats-servers on this machine. */
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type NatsServer, startNatsServer } from './server.ts';

export interface NatsCluster extends AsyncDisposable {
  /** The addresses of all servers, separated by commas. */
  readonly url: string;
  readonly servers: readonly NatsServer[];
  /** Kills a server and removes what it stored. It never comes back. */
  lose(server: NatsServer): Promise<void>;
}

/** Starts so many servers that know each other; `await using` stops them. See `startNatsServer` for what it rejects with. */
export async function startNatsCluster(size: number): Promise<NatsCluster> {
  const ports = await freePorts(size);
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(', ');
  await using starting = new AsyncDisposableStack();
  const servers = await Promise.all(
    ports.map(async (port, number) => {
      const cluster = `cluster { name: private, listen: "127.0.0.1:${port}", routes: [${routes}] }`;
      return starting.use(await startNatsServer({ config: `server_name: server-${number}\n${cluster}` }));
    }),
  );
  const started = starting.move();
  return {
    url: servers.map(({ url }) => url).join(','),
    servers,
    async lose(server) {
      await server.kill('SIGKILL');
      // The server makes this folder in its store; whatever else is in there belongs to somebody else.
      await rm(join(server.storeDir, 'jetstream'), { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Different ports that nobody listens on now. */
async function freePorts(count: number): Promise<number[]> {
  const listeners = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const listener = createServer();
          listener.once('error', reject);
          listener.listen(0, '127.0.0.1', () => resolve(listener));
        }),
    ),
  );
  const ports = listeners.map((listener) => (listener.address() as AddressInfo).port);
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}
