/** One request and its whole answer, below the SDK. */

export interface Ask {
  readonly method: string;
  /** With the root of the address and with a leading slash. */
  readonly path: string;
  readonly body: string | null;
  /** When it fires, the connection is destroyed, so that the engine stops working on the request. */
  readonly signal: AbortSignal | null;
  /** Instead of the usual limit for the whole exchange. */
  readonly totalMs?: number;
}

export interface Reply {
  readonly status: number;
  /** By name in lower case. */
  readonly header: (name: string) => string | null;
  readonly text: string;
}

/** Rejects with the signal's reason, or with an ExchangeError. */
export type Exchange = (ask: Ask) => Promise<Reply>;

/**
 * How far a failed request came.
 *
 *   unreached   no connection: the engine has seen nothing of it
 *   misplaced   no connection, and waiting will not help: certificate, permission
 *   lost        sent, and the connection ended before the answer was complete
 *   timeout     sent, and a time limit of ours passed
 *   unreadable  the answer is not HTTP, or too long
 *   closed      this side was closed
 */
export type ExchangeFailure = 'unreached' | 'misplaced' | 'lost' | 'timeout' | 'unreadable' | 'closed';

export class ExchangeError extends Error {
  readonly failure: ExchangeFailure;
  constructor(failure: ExchangeFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExchangeError';
    this.failure = failure;
  }
}

export const closedHere = (): ExchangeError => new ExchangeError('closed', 'the connection was closed on this side');

/** An answer is a few hundred kilobytes at most; a longer one comes from a foreign server, and would fill the memory. */
export const longestAnswerBytes = 64 * 1024 * 1024;

/** Codes of node:net, node:dns and node:tls that mean that nothing was sent, whenever they come. */
const unreachedCodes = /^(ECONNREFUSED|ENOENT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|ENOTFOUND|EAI_\w+)$/;
const untrustedCodes = /^(\w*SELF_SIGNED\w*|UNABLE_TO_(VERIFY|GET)\w*)$/;
const misplacedCodes = /^(EACCES|EPERM|EPROTO|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

/** What an error of a socket means, given whether the request had been sent. */
export function exchangeError(error: unknown, wasSent: boolean): ExchangeError {
  if (error instanceof ExchangeError) return error;
  const code = codeOf(error);
  const reason = code === '' ? String(error instanceof Error ? error.message : error) : sentenceOf(code);
  const options = { cause: error };
  if (code === 'ERR_PROXY_TUNNEL') return tunnelError(error);
  if (code.startsWith('HPE_')) return new ExchangeError('unreadable', `the answer is not HTTP (${code})`, options);
  if (!wasSent && misplacedCodes.test(code)) return new ExchangeError('misplaced', reason, options);
  if (!wasSent || unreachedCodes.test(code)) return new ExchangeError('unreached', reason, options);
  return new ExchangeError('lost', reason, options);
}

const sentenceOf = (code: string): string =>
  untrustedCodes.test(code)
    ? `${code}: nobody that is trusted here has signed its certificate; name the file of its authority in engine.caFile`
    : code;

/** The proxy has refused to connect to the engine. A proxy that wants credentials, or forbids it, will do so again. */
function tunnelError(error: unknown): ExchangeError {
  const { statusCode } = error as { statusCode?: number };
  const isRefusal = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  const sentence = `the proxy answers ${statusCode ?? 'nothing'} to CONNECT`;
  return new ExchangeError(isRefusal ? 'misplaced' : 'unreached', sentence, { cause: error });
}

function codeOf(error: unknown): string {
  // A host with several addresses fails with an AggregateError; each of its errors says the same.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code: unknown = first instanceof Error && 'code' in first ? first.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** An injected `fetch` as an exchange, with its own time limits. */
export function fetchExchange(given: typeof globalThis.fetch, origin: string, more: Headers): Exchange {
  const headers = requestHeaders(more);
  return async ({ method, path, body, signal, totalMs }) => {
    const limit = totalMs === undefined ? null : AbortSignal.timeout(totalMs);
    const signals = [signal, limit].filter((candidate) => candidate !== null);
    try {
      const response = await given(origin + path, {
        method,
        headers: body === null ? headers.without : headers.withBody,
        ...(body === null ? {} : { body }),
        ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
      });
      const text = await response.text();
      return { status: response.status, header: (name) => response.headers.get(name), text };
    } catch (error) {
      signal?.throwIfAborted();
      if (limit?.aborted) throw new ExchangeError('timeout', `no answer within ${totalMs} ms`, { cause: error });
      // fetch says "fetch failed" and has what happened as its cause.
      const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
      throw exchangeError(cause, true);
    }
  };
}

/** Headers by name in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** All that the engine needs, and those of the job; the SDK's own dozen would only cost time. */
export function requestHeaders(more: Headers) {
  const without: Record<string, string> = { accept: 'application/json', 'user-agent': 'proofmill', ...more };
  return { without, withBody: { ...without, 'content-type': 'application/json' } };
}
