/**
 * Requests over node:http. The SDK's default transport costs more than the rest of a request, gives up after 300 s and cannot
 * use unix sockets.
 */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Address } from './address.ts';
import {
  type Ask,
  type Exchange,
  ExchangeError,
  exchangeError,
  longestAnswerBytes,
  type Reply,
  requestHeaders,
} from './exchange.ts';

/** Time limits. A judge may think for minutes, and the first byte of its answer comes at the end of it. */
export interface Timeouts {
  /** To a connection, TLS included. Default 10 s. */
  readonly connectMs?: number;
  /** From the request to the head of its answer. Default 30 minutes. */
  readonly firstByteMs?: number;
  /** From the request to the end of its answer. Default 30 minutes. */
  readonly totalMs?: number;
}

export const defaultTimeouts = { connectMs: 10_000, firstByteMs: 1_800_000, totalMs: 1_800_000 } as const;

/** vLLM closes a connection that was idle for 5 s. One second is left for a request that is just being sent. */
const idleMs = 4000;

/**
 * A reset this soon after a request went out on a used connection counts as the keep-alive race: the server closed the
 * connection while it was idle and has not seen the request. Later, the engine may have been working on it.
 */
const keepAliveRaceMs = 1000;

/** A request that was lost on a used connection ahead of the first byte of an answer. */
class KeepAliveRace extends Error {}

export interface HttpExchange {
  readonly exchange: Exchange;
  /** Destroys all connections; requests in flight are rejected. */
  close(): void;
}

/** A pool of connections to one address. */
export function httpExchange(address: Address, authorization: string | null, timeouts: Timeouts): HttpExchange {
  const { connectMs, firstByteMs, totalMs: usualTotalMs } = { ...defaultTimeouts, ...timeouts };
  const { isTls, connect } = address;
  const newAgent = (keepAlive: boolean) =>
    new (isTls ? HttpsAgent : HttpAgent)({ keepAlive, timeout: idleMs, maxFreeSockets: Number.POSITIVE_INFINITY });
  const pool = newAgent(true);
  const fresh = newAgent(false);
  const send = isTls ? httpsRequest : httpRequest;
  const headers = requestHeaders(authorization);
  let isClosed = false;

  const attempt = ({ method, path, body, signal, totalMs = usualTotalMs }: Ask, agent: HttpAgent): Promise<Reply> =>
    new Promise((resolve, reject) => {
      let wasSent = false;
      let sentAtMs = 0;
      let hasReply = false;
      let connectTimer: NodeJS.Timeout | undefined;
      let firstByteTimer: NodeJS.Timeout | undefined;

      const release = (): void => {
        clearTimeout(totalTimer);
        clearTimeout(connectTimer);
        clearTimeout(firstByteTimer);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: unknown): void => {
        release();
        request.destroy();
        reject(error);
      };
      const onAbort = (): void => fail(signal?.reason);
      const tooLate = (what: string, limitMs: number): void =>
        fail(new ExchangeError('timeout', `no ${what} within ${limitMs / 1000} s`));

      const request: ClientRequest = send({
        ...connect,
        agent,
        method,
        path,
        headers: body === null ? headers.without : { ...headers.withBody, 'content-length': Buffer.byteLength(body) },
      });
      const totalTimer = setTimeout(tooLate, totalMs, 'complete answer', totalMs);
      if (firstByteMs < totalMs) firstByteTimer = setTimeout(tooLate, firstByteMs, 'answer', firstByteMs);
      signal?.addEventListener('abort', onAbort, { once: true });

      const onConnected = (): void => {
        wasSent = true;
        sentAtMs = performance.now();
        clearTimeout(connectTimer);
      };
      request.on('socket', (socket) => {
        if (!socket.connecting) return onConnected();
        connectTimer = setTimeout(() => {
          fail(new ExchangeError('unreached', `no connection within ${connectMs / 1000} s`));
        }, connectMs);
        socket.once(isTls ? 'secureConnect' : 'connect', onConnected);
      });
      request.on('error', (error) => {
        if (isClosed) return fail(new ExchangeError('closed', 'the connection was closed on this side'));
        const failure = exchangeError(error, wasSent);
        const isRace =
          request.reusedSocket &&
          !hasReply &&
          failure.failure === 'lost' &&
          performance.now() - sentAtMs < keepAliveRaceMs;
        fail(isRace ? new KeepAliveRace(failure.message, { cause: failure }) : failure);
      });
      request.on('response', (response: IncomingMessage) => {
        hasReply = true;
        clearTimeout(firstByteTimer);
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > longestAnswerBytes) {
            fail(new ExchangeError('unreadable', `the answer is longer than ${longestAnswerBytes} bytes`));
          }
        });
        response.on('error', (error) => {
          fail(
            isClosed
              ? new ExchangeError('closed', 'the connection was closed on this side')
              : exchangeError(error, true),
          );
        });
        response.on('end', () => {
          release();
          const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes);
          const header = (name: string): string | null => response.headers[name]?.toString() ?? null;
          resolve({ status: response.statusCode ?? 0, header, text: whole.toString('utf8') });
        });
      });
      request.end(body ?? undefined);
    });

  const exchange: Exchange = async (ask) => {
    if (isClosed) throw new ExchangeError('closed', 'the connection was closed on this side');
    ask.signal?.throwIfAborted();
    try {
      return await attempt(ask, pool);
    } catch (race) {
      if (!(race instanceof KeepAliveRace)) throw race;
      try {
        return await attempt(ask, fresh);
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
      isClosed = true;
      pool.destroy();
      fresh.destroy();
    },
  };
}
