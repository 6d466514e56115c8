/** Requests to the API server, each with a bound in time. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { Credentials } from './credentials.ts';
import { unreachable } from './errors.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Of a server that is busy. */
  readonly retryAfterMs: number | undefined;
}

/** Without it a server that hangs would be waited for without end. */
const answerMs = 30_000;

/** Rejects with UnavailableError where no answer comes. */
export async function ask(credentials: Credentials, wanted: ApiRequest, timeoutMs = answerMs): Promise<ApiAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await open(credentials, wanted, signal);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const after = Number(response.headers['retry-after']);
    return {
      status: response.statusCode ?? 0,
      body: parsed(Buffer.concat(pieces).toString('utf8')),
      retryAfterMs: after > 0 ? after * 1000 : undefined,
    };
  } catch (error) {
    throw unreachable(signal.aborted ? signal.reason : error, credentials.server);
  }
}

/** The lines of an answer that stays open, as they come. Ends when the server ends it; rejects with what broke it. */
export async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const piece of response as AsyncIterable<string>) {
    rest += piece;
    const whole = rest.split('\n');
    rest = whole.pop() ?? '';
    yield* whole;
  }
}

/** Resolves when the answer begins. */
export async function open(
  credentials: Credentials,
  { method, path, body, contentType = 'application/json' }: ApiRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options = await credentials.options();
  const content = body === undefined ? null : Buffer.from(JSON.stringify(body));
  const url = new URL(`${credentials.server}${path}`);
  const headers = {
    ...(options.headers as Readonly<Record<string, string>> | undefined),
    accept: 'application/json',
    'user-agent': 'proofmill',
    ...(content ? { 'content-type': contentType, 'content-length': String(content.length) } : {}),
  };
  const whole: RequestOptions = { ...options, method, headers, signal };
  return new Promise((resolve, reject) => {
    const request: ClientRequest = url.protocol === 'https:' ? httpsRequest(url, whole) : httpRequest(url, whole);
    // A peer that is gone without a word is noticed by the system.
    request.on('socket', (socket) => socket.setKeepAlive(true, 15_000));
    request.on('response', resolve);
    request.on('error', reject);
    request.end(content ?? undefined);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
