import { isDeepStrictEqual } from 'node:util';
import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import { ConfigurationError } from '@proofmill/contract';
import type { Connection } from './connection.ts';
import { ask } from './request.ts';
import type { WantedConsumer, WantedStream } from './streams.ts';
import { pause } from './waiting.ts';

/**
 * Another coordinator created it at the same time: "stream name already in use with a different configuration" (10058), "consumer
 * already exists" (10148, from 2.10 on), "consumer name already in use" (10013). A 2.9 server says "subjects overlap with an
 * existing stream" (10065) when the same stream is made twice at once; a second look shows whether it is another stream.
 */
const exists: readonly number[] = [10058, 10148, 10013, 10065];
const notFound: readonly number[] = [10059, 10014];

/** How to read, create and change a stream or a consumer. Each resolves with the configuration that the server then has. */
interface Kind<Wanted> {
  readonly label: string;
  info(): Promise<object>;
  add(wanted: Wanted): Promise<object>;
  update(changes: Partial<Wanted>): Promise<object>;
}

/** Resolves with whether it was not there. */
export function ensureStream(
  connection: Connection,
  manager: JetStreamManager,
  wanted: WantedStream,
): Promise<boolean> {
  return ensure(connection, wanted, {
    label: `stream ${wanted.name}`,
    info: async () => (await manager.streams.info(wanted.name)).config,
    add: async (config) => (await manager.streams.add(config)).config,
    update: async (changes) => (await manager.streams.update(wanted.name, changes)).config,
  });
}

/** Resolves with whether it was not there. */
export function ensureConsumer(
  connection: Connection,
  manager: JetStreamManager,
  stream: string,
  wanted: WantedConsumer,
): Promise<boolean> {
  const name = wanted.durable_name;
  return ensure(connection, wanted, {
    label: `consumer ${name} of ${stream}`,
    info: async () => (await manager.consumers.info(stream, name)).config,
    add: async (config) => (await manager.consumers.add(stream, config)).config,
    update: async (changes) => (await manager.consumers.update(stream, name, changes)).config,
  });
}

/**
 * Looks, compares, then creates or changes. The server's answer is compared with the request: servers before 2.12 silently drop a field
 * that they do not know. It looks again if another coordinator was quicker, and where the answer differs: somebody else may have changed
 * a field between the look and the change.
 */
async function ensure<Wanted extends object>(
  connection: Connection,
  wanted: Wanted,
  kind: Kind<Wanted>,
): Promise<boolean> {
  const doing = `making the ${kind.label}`;
  let why = 'another stream has its subjects, or it is being changed all the time';
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const found = await ask(connection, doing, () => kind.info().catch(nullWhen(notFound)));
    const changes = found ? differences(wanted, found) : wanted;
    if (Object.keys(changes).length === 0) return false;
    const made = await ask(connection, doing, () =>
      found ? kind.update(changes) : kind.add({ ...wanted }).catch(nullWhen(exists)),
    );
    if (made) {
      const left = Object.keys(differences(wanted, made));
      if (left.length === 0) return !found;
      why = left.join(', ');
    }
    await pause(20 * attempt);
  }
  throw notTaken(connection, kind.label, why);
}

const notTaken = (connection: Connection, label: string, what: string): ConfigurationError =>
  new ConfigurationError(
    `The NATS server ${connection.client.info?.version ?? ''} at ${connection.servers} did not make the ${label} as requested: ${what}.`,
  );

const nullWhen =
  (codes: readonly number[]) =>
  (error: unknown): null => {
    if (error instanceof JetStreamApiError && codes.includes(error.code)) return null;
    throw error;
  };

/** The fields of `wanted` that differ in `found`. */
function differences<Wanted extends object>(wanted: Wanted, found: object): Partial<Wanted> {
  const entries = Object.entries(wanted).filter(
    ([key, value]) => !isDeepStrictEqual(value, (found as Record<string, unknown>)[key]),
  );
  return Object.fromEntries(entries) as Partial<Wanted>;
}
