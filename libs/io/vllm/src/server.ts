import { OpenAI } from 'openai';
import type { Address } from './address.ts';
import type { Dialect } from './dialect.ts';
import type { Circumstances } from './circumstances.ts';
import { disposition } from './dispositions.ts';
import { isUnknownModel } from './of-status.ts';
import type { Exchange } from './exchange.ts';
import { defaultTimeouts, type Timeouts } from './http-exchange.ts';
import { readModels } from './models.ts';
import { sdkFetch } from './sdk-fetch.ts';

/** A server and the SDK's client for it. */
export interface Server {
  readonly client: OpenAI;
  readonly address: Address;
  readonly dialect: Dialect;
  /** Whether a key, or a header of the job's own, is sent. */
  readonly hasKey: boolean;
}

export function serverAt(
  address: Address,
  exchange: Exchange,
  known: Pick<Server, 'dialect' | 'hasKey'>,
  { totalMs }: Timeouts,
): Server {
  const client = new OpenAI({
    baseURL: `${address.origin}${address.root}/v1`,
    fetch: sdkFetch(exchange, address.origin),
    // The exchange sends its own headers. OPENAI_* variables are about another service and not read.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // The caller decides whether to ask again.
    maxRetries: 0,
    // Longer than the exchange's limits, which know how far a request came.
    timeout: (totalMs ?? defaultTimeouts.totalMs) * 2 + 60_000,
    logLevel: 'off',
  });
  return { client, address, ...known };
}

/** The URL of a route of vLLM's own, which lie beside /v1. The SDK takes whole URLs as they are. */
export const besideApi = ({ address }: Server, path: string): string => address.origin + address.root + path;

/** The answer of `ask`. Its errors become those of dispositions.ts, except the signal's reason. */
export async function translating<Answer>(
  server: Server,
  circumstances: Omit<Circumstances, 'engine' | 'hasKey'>,
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    const served = isUnknownModel(error) ? await namesServed(server, signal) : null;
    const { hasKey } = server;
    throw disposition(error, { ...circumstances, hasKey, engine: nameOf(server), ...(served ? { served } : {}) });
  }
}

/** Null if the server does not say. */
const namesServed = ({ client }: Server, signal: AbortSignal): Promise<string[] | null> =>
  client.models.list({ signal }).then(
    ({ data }) => readModels(data)?.map(({ id }) => id) ?? null,
    () => null,
  );

const nameOf = ({ address: { connect, origin, root } }: Server): string =>
  'socketPath' in connect ? connect.socketPath : origin + root;
