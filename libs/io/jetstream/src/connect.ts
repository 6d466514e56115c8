import { readFileSync } from 'node:fs';
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { bounds, ConfigurationError, UnavailableError } from '@proofmill/contract';
import { type Address, parseAddress } from './address.ts';
import { type Connection, keepConnection } from './connection.ts';
import { translate } from './errors.ts';
import { type Log, silent } from './log.ts';
import { pause } from './waiting.ts';

export interface ConnectOptions {
  /** `nats://[user:password@]host:port`, several of them separated by commas; `tls://` for TLS. */
  readonly url: string;
  /** The role: `worker`, `collector`, .. Names the connection in the server's monitor and its inboxes (`_INBOX_<name>`). */
  readonly name: string;
  /** The run, where the connection is for one alone: its inboxes are `_INBOX_<name>.<run>`, so that a user can be kept to them. */
  readonly run?: string;
  /** A `.creds` file, or a file with an nkey seed. Read once, here. */
  readonly credentialsFile?: string;
  /** PEM file of the authority that signed the server's certificate. Read again for each connection, so that it may change. */
  readonly caFile?: string;
  /** How long to wait for the first connection. Default: 60 s. */
  readonly firstConnectionMs?: number;
  readonly signal?: AbortSignal;
  readonly log?: Log;
}

const defaultFirstConnectionMs = 60_000;
/** The largest message: an almost full batch plus the largest outcome, and 16 KiB for headers. */
const neededPayloadBytes = bounds.batchBytes + bounds.outcomeBytes + 16 * 1024;

/**
 * Connects to NATS and stays connected: from then on the loss of the server shows as UnavailableError of the calls.
 *
 * @throws ConfigurationError bad URL, unreadable file, untrusted certificate, refused credentials, not a NATS server, a server older than 2.9 or with a max_payload that is too small
 * @throws UnavailableError no server within `firstConnectionMs`, or the signal fired
 */
export async function connectNats(options: ConnectOptions): Promise<Connection> {
  const log = options.log ?? silent;
  const address = parseAddress(options.url, options.credentialsFile);
  requireReadable(options.caFile);
  const servers = address.servers.join(',');
  const client = await firstConnection(options, address, servers, log);
  try {
    checkServer(client, servers);
  } catch (error) {
    await client.close();
    throw error;
  }
  return keepConnection(client, servers, inboxPrefixOf(options), log);
}

/** The client would only report that it cannot connect, and try again. */
function requireReadable(caFile: string | undefined): void {
  if (caFile === undefined) return;
  try {
    readFileSync(caFile);
  } catch (error) {
    throw new ConfigurationError(
      `The file of the authority of the NATS server, ${caFile}, cannot be read. NATS_CA names it.`,
      {
        cause: error,
      },
    );
  }
}

const inboxPrefixOf = ({ name, run }: ConnectOptions): string =>
  `_INBOX_${name.replace(/[^A-Za-z0-9_-]/g, '_')}${run === undefined ? '' : `.${run}`}`;

/** A new object for each attempt: the client modifies its options. */
function clientOptions(options: ConnectOptions, address: Address): NodeConnectionOptions {
  const { name, caFile } = options;
  return {
    servers: [...address.servers],
    name: `proofmill-${name}`,
    // A prefix for each role lets the server's permissions keep a role away from the answers to the rest.
    inboxPrefix: inboxPrefixOf(options),
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
