/**
 * Requests over node:http. The SDK's default transport costs more than the rest of a request, gives up after 300 s and cannot
 * use unix sockets.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { Address } from './address.ts';
import { closedHere, type Exchange, ExchangeError, type Headers, requestHeaders } from './exchange.ts';
import { attempt, type Destination, KeepAliveRace } from './http-attempt.ts';
import { type Environment, proxiesOf } from './proxies.ts';

/** Time limits. A judge may think for minutes, and the first byte of its answer comes at the end of it. */
export interface Timeouts {
  /** To a connection, TLS included. Default 10 s. */
  readonly connectMs?: number;
  /** From the request to the head of its answer. Default 30 minutes. */
  readonly firstByteMs?: number;
  /** From the request to the end of its answer. Default 30 minutes. */
  readonly totalMs?: number;
  /**
   * To the end of an answer to a small request of a probe. Default one minute: a server that is still starting may need longer, and is
   * asked again another time.
   */
  readonly probeMs?: number;
}

export const defaultTimeouts = {
  connectMs: 10_000,
  firstByteMs: 1_800_000,
  totalMs: 1_800_000,
  probeMs: 60_000,
} as const;

/** vLLM closes a connection that was idle for 5 s. One second is left for a request that is just being sent. */
const idleMs = 4000;

export interface HttpExchange {
  readonly exchange: Exchange;
  /** Destroys all connections; requests in flight are rejected. */
  close(): void;
}

export interface HttpOptions {
  /** Headers of each request beside our own. */
  readonly headers: Headers;
  readonly timeouts: Timeouts;
  /** Certificates (PEM) of authorities that are trusted beside the usual ones. */
  readonly ca: string | null;
  /** The environment that may name proxies. */
  readonly environment: Environment;
}

/**
 * A pool of connections to one address.
 * @throws ConfigurationError for a proxy that cannot be used
 */
export function httpExchange(address: Address, { headers, timeouts, ca, environment }: HttpOptions): HttpExchange {
  const { isTls } = address;
  const proxyEnv = proxiesOf(address, environment);
  const options = {
    ...{ timeout: idleMs, maxFreeSockets: Number.POSITIVE_INFINITY },
    ...(proxyEnv === null ? {} : { proxyEnv }),
    // One context for all connections: to read the certificates takes longer than a request.
    ...(ca === null ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ca] }) }),
  };
  const newAgent = (keepAlive: boolean) => new (isTls ? HttpsAgent : HttpAgent)({ ...options, keepAlive });
  const send = proxyEnv === null ? attempt : attemptThroughProxy(Object.keys(proxyEnv)[0] ?? '');
  const pool = newAgent(true);
  const fresh = newAgent(false);
  const destination: Destination = {
    ...defaultTimeouts,
    ...timeouts,
    address,
    send: isTls ? httpsRequest : httpRequest,
    headers: requestHeaders(headers),
    isClosed: false,
  };

  const exchange: Exchange = async (ask) => {
    if (destination.isClosed) throw closedHere();
    ask.signal?.throwIfAborted();
    try {
      return await send(destination, ask, pool);
    } catch (race) {
      if (!(race instanceof KeepAliveRace)) throw race;
      try {
        return await send(destination, ask, fresh);
      } catch (error) {
        // The port is closed: this was no race. The engine died, perhaps while it worked on the request.
        if (error instanceof ExchangeError && error.failure === 'unreached') throw race.cause;
        throw error;
      }
    }
  };

  return {
    exchange,
    close() {
      destination.isClosed = true;
      pool.destroy();
      fresh.destroy();
    },
  };
}

/** The error of a proxy that is away says the same as that of an engine that is. */
const attemptThroughProxy =
  (variable: string): typeof attempt =>
  async (destination, ask, agent) => {
    try {
      return await attempt(destination, ask, agent);
    } catch (error) {
      if (!(error instanceof ExchangeError) || error.failure !== 'unreached') throw error;
      throw new ExchangeError('unreached', `${error.message}; ${variable} is set`, { cause: error });
    }
  };
