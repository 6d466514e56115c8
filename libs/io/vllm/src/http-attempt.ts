/** A single attempt at a request over node:http. */
import type { ClientRequest, Agent as HttpAgent, request as httpRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Address } from './address.ts';
import {
  type Ask,
  closedHere,
  ExchangeError,
  exchangeError,
  longestAnswerBytes,
  type Reply,
  type requestHeaders,
} from './exchange.ts';

/**
 * A reset this soon after a request went out on a used connection counts as the keep-alive race: the server closed the
 * connection while it was idle and has not seen the request. Later, the engine may have been working on it.
 */
const keepAliveRaceMs = 1000;

/** A request that was lost on a used connection ahead of the first byte of an answer. */
export class KeepAliveRace extends Error {}

/** What all attempts at one address share. */
export interface Destination {
  readonly address: Address;
  readonly send: typeof httpRequest;
  readonly headers: ReturnType<typeof requestHeaders>;
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly totalMs: number;
  isClosed: boolean;
}

/** One attempt: how far it is, and what ends with it. */
interface Attempt {
  readonly destination: Destination;
  readonly request: ClientRequest;
  readonly signal: AbortSignal | null;
  readonly onAbort: () => void;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
  wasSent: boolean;
  sentAtMs: number;
  hasReply: boolean;
  totalTimer: NodeJS.Timeout | undefined;
  connectTimer: NodeJS.Timeout | undefined;
  firstByteTimer: NodeJS.Timeout | undefined;
}

/** Sends the request once. Rejects as an Exchange does, and with KeepAliveRace. */
export function attempt(destination: Destination, ask: Ask, agent: HttpAgent): Promise<Reply> {
  const { address, headers, firstByteMs } = destination;
  const { method, path, body, signal, totalMs = destination.totalMs } = ask;
  return new Promise((resolve, reject) => {
    const request = destination.send({
      ...address.connect,
      agent,
      method,
      path,
      headers: body === null ? headers.without : { ...headers.withBody, 'content-length': Buffer.byteLength(body) },
    });
    const current: Attempt = {
      destination,
      request,
      signal,
      onAbort: () => fail(current, signal?.reason),
      resolve,
      reject,
      wasSent: false,
      sentAtMs: 0,
      hasReply: false,
      totalTimer: undefined,
      connectTimer: undefined,
      firstByteTimer: undefined,
    };
    // A tunnel through a proxy has no socket until it is whole.
    current.connectTimer = setTimeout(failAsUnconnected, destination.connectMs, current);
    current.totalTimer = setTimeout(failAsLate, totalMs, current, 'complete answer', totalMs);
    if (firstByteMs < totalMs) {
      current.firstByteTimer = setTimeout(failAsLate, firstByteMs, current, 'answer', firstByteMs);
    }
    signal?.addEventListener('abort', current.onAbort, { once: true });
    request.on('socket', (socket) => awaitConnection(current, socket));
    request.on('error', (error) => failAsLost(current, error));
    request.on('response', (response) => receive(current, response));
    request.end(body ?? undefined);
  });
}

function awaitConnection(current: Attempt, socket: Socket): void {
  if (!socket.connecting) {
    markSent(current);
    return;
  }
  socket.once(current.destination.address.isTls ? 'secureConnect' : 'connect', () => markSent(current));
}

function failAsUnconnected(current: Attempt): void {
  const { connectMs } = current.destination;
  fail(current, new ExchangeError('unreached', `no connection within ${connectMs / 1000} s`));
}

function markSent(current: Attempt): void {
  current.wasSent = true;
  current.sentAtMs = performance.now();
  clearTimeout(current.connectTimer);
}

function receive(current: Attempt, response: IncomingMessage): void {
  current.hasReply = true;
  clearTimeout(current.firstByteTimer);
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > longestAnswerBytes) {
      fail(current, new ExchangeError('unreadable', `the answer is longer than ${longestAnswerBytes} bytes`));
    }
  });
  response.on('error', (error) =>
    fail(current, current.destination.isClosed ? closedHere() : exchangeError(error, true)),
  );
  response.on('end', () => {
    release(current);
    const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes);
    const header = (name: string): string | null => response.headers[name]?.toString() ?? null;
    current.resolve({ status: response.statusCode ?? 0, header, text: whole.toString('utf8') });
  });
}

function failAsLate(current: Attempt, what: string, limitMs: number): void {
  fail(current, new ExchangeError('timeout', `no ${what} within ${limitMs / 1000} s`));
}

function failAsLost(current: Attempt, error: Error): void {
  const { destination, request, wasSent, sentAtMs, hasReply } = current;
  if (destination.isClosed) {
    fail(current, closedHere());
    return;
  }
  const failure = exchangeError(error, wasSent);
  const isRace =
    request.reusedSocket && !hasReply && failure.failure === 'lost' && performance.now() - sentAtMs < keepAliveRaceMs;
  fail(current, isRace ? new KeepAliveRace(failure.message, { cause: failure }) : failure);
}

function fail(current: Attempt, error: unknown): void {
  release(current);
  current.request.destroy();
  current.reject(error);
}

function release({ totalTimer, connectTimer, firstByteTimer, signal, onAbort }: Attempt): void {
  clearTimeout(totalTimer);
  clearTimeout(connectTimer);
  clearTimeout(firstByteTimer);
  signal?.removeEventListener('abort', onAbort);
}
