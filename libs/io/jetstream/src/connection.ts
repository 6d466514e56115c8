import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { bounds, ConfigurationError, UnavailableError } from '@proofmill/contract';
import { type Address, parseAddress } from './address.ts';
import { connectionLost, translate } from './errors.ts';
import { type Log, silent } from './log.ts';
import { endedWithin, pause } from './waiting.ts';

export interface ConnectOptions {
  /** `nats://[user:password@]host:port`, several of them separated by commas; `tls://` for TLS. */
  readonly url: string;
  /** The role: `worker`, `collector`, .. Names the connection in the server's monitor and its inboxes (`_INBOX_<name>`). */
  readonly name: string;
  /** A `.creds` file, or a file with an nkey seed. Read once, here. */
  readonly credentialsFile?: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile?: string;
  /** How long to wait for the first connection. Default: 60 s. */
  readonly firstConnectionMs?: number;
  readonly signal?: AbortSignal;
  readonly log?: Log;
}

/** A connection that repairs itself. Several adapters may share it; the code that opened it closes it. */
export interface Connection {
  /** The servers as configured, without credentials. */
  readonly servers: string;
  /** For this package only. */
  readonly client: NatsConnection;
  /** Prefix of the subjects of its answers. */
  readonly inboxPrefix: string;
  readonly log: Log;
  /** Resolves with true at once while connected, else with whether a connection comes within `waitMs`. */
  ready(waitMs: number, signal?: AbortSignal): Promise<boolean>;
  /** Calls back each time the connection is lost or restored; the result ends that. */
  watch(listener: (connected: boolean) => void): () => void;
  /** As `work`, but rejects as soon as the connection is lost: an answer in flight then never comes. */
  untilLost<T>(doing: string, work: Promise<T>): Promise<T>;
  /** Sends buffered messages, then closes; a server that does not take them has 5 s. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const defaultFirstConnectionMs = 60_000;
const drainMs = 5_000;
/** The largest message: an almost full batch plus the largest outcome, and 16 KiB for headers. */
const neededPayloadBytes = bounds.batchBytes + bounds.outcomeBytes + 16 * 1024;

/**
 * Connects to NATS and stays connected: from then on the loss of the server shows as UnavailableError of the calls.
 *
 * @throws ConfigurationError bad URL, refused credentials, not a NATS server, a server older than 2.9 or with a max_payload that is too small
 * @throws UnavailableError no server within `firstConnectionMs`, or the signal fired
 */
export async function connectNats(options: ConnectOptions): Promise<Connection> {
  const log = options.log ?? silent;
  const address = parseAddress(options.url, options.credentialsFile);
  const servers = address.servers.join(',');
  const client = await firstConnection(options, address, servers, log);
  try {
    checkServer(client, servers);
  } catch (error) {
    await client.close();
    throw error;
  }
  return keepConnection(client, servers, inboxPrefixOf(options.name), log);
}

const inboxPrefixOf = (name: string): string => `_INBOX_${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;

/** A new object for each attempt: the client modifies its options. */
function clientOptions({ name, caFile }: ConnectOptions, address: Address): NodeConnectionOptions {
  return {
    servers: [...address.servers],
    name: `proofmill-${name}`,
    // A prefix for each role lets the server's permissions keep a role away from the answers to the rest.
    inboxPrefix: inboxPrefixOf(name),
    timeout: 5_000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    reconnectJitter: 500,
    // Credentials may change while a pod runs; the client would give up after two refusals.
    ignoreAuthErrorAbort: true,
    // A frozen server is noticed after 10 to 15 s; the default takes four minutes.
    pingInterval: 5_000,
    maxPingOut: 2,
    // Otherwise the client makes an Error for each request, which halves the publish rate.
    noAsyncTraces: true,
    ...(address.authenticators.length > 0 ? { authenticator: [...address.authenticators] } : {}),
    ...(address.tls || caFile ? { tls: caFile ? { caFile } : {} } : {}),
  };
}

async function firstConnection(
  options: ConnectOptions,
  address: Address,
  servers: string,
  log: Log,
): Promise<NatsConnection> {
  const { signal } = options;
  const doing = `connecting to NATS at ${servers}`;
  const deadline = performance.now() + (options.firstConnectionMs ?? defaultFirstConnectionMs);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connect(clientOptions(options, address));
    } catch (error) {
      const translated = translate(error, doing);
      if (translated instanceof ConfigurationError) throw translated;
      if (signal?.aborted || performance.now() >= deadline) {
        throw new UnavailableError('nats-unavailable', `No NATS server answers at ${servers}.`, { cause: error });
      }
      if (attempt === 1) log('waiting for NATS', { servers, reason: String(error) });
    }
    await pause(Math.min(250 * attempt, 2_000), signal);
  }
}

function checkServer(client: NatsConnection, servers: string): void {
  const info = client.info;
  const [major = 0, minor = 0] = (info?.version ?? '').split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 9)) {
    throw new ConfigurationError(`The NATS server at ${servers} is ${info?.version}; Proofmill needs 2.9 or later.`);
  }
  if (info && info.max_payload < neededPayloadBytes) {
    throw new ConfigurationError(
      `The NATS server at ${servers} takes messages of ${info.max_payload} bytes; set its max_payload to ${neededPayloadBytes} or more (its default is 1 MiB).`,
    );
  }
}

function keepConnection(client: NatsConnection, servers: string, inboxPrefix: string, log: Log): Connection {
  const listeners = new Set<(connected: boolean) => void>();
  let connected = true;
  const change = (now: boolean): void => {
    connected = now;
    for (const listener of [...listeners]) listener(now);
  };
  const follow = async (): Promise<void> => {
    for await (const status of client.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') {
        log('NATS connection lost', { servers });
        change(false);
      } else if (status.type === 'reconnect') {
        log('NATS connection restored', { servers });
        change(true);
      } else if (status.type === 'error') {
        log('NATS reports an error', { servers, reason: status.error.message });
      }
    }
    change(false);
  };
  void follow();

  const watch = (listener: (connected: boolean) => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const close = async (): Promise<void> => {
    if (client.isClosed()) return;
    const drained = client.isDraining() ? client.closed() : client.drain();
    await endedWithin(drained, connected ? drainMs : 0);
    await client.close();
  };
  return {
    servers,
    client,
    inboxPrefix,
    log,
    watch,
    ready: (waitMs, signal) => {
      if (connected || client.isClosed() || signal?.aborted) return Promise.resolve(connected);
      return new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          unwatch();
          signal?.removeEventListener('abort', finish);
          resolve(connected);
        };
        const timer = setTimeout(finish, waitMs);
        const unwatch = watch(finish);
        signal?.addEventListener('abort', finish, { once: true });
      });
    },
    untilLost: (doing, work) =>
      new Promise((resolve, reject) => {
        const unwatch = watch((now) => {
          if (!now) reject(connectionLost(doing));
        });
        work.then(resolve, reject).finally(unwatch);
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
