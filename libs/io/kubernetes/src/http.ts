/** Requests to the API server, each with a time limit. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { ApiAnswer, ApiRequest } from './api-messages.ts';
import type { Credentials } from './credentials.ts';
import { unreachable } from './errors.ts';

/** Without a limit, a server that hangs would be waited for forever. */
const answerMs = 30_000;

/** Sends a request. Rejects with UnavailableError where no answer comes. */
export async function ask(credentials: Credentials, request: ApiRequest, timeoutMs = answerMs): Promise<ApiAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await open(credentials, request, signal);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    const isText = request.isText === true && response.statusCode === 200;
    const retryAfterSeconds = Number(response.headers['retry-after']);
    return {
      status: response.statusCode ?? 0,
      body: isText ? text : parsed(text),
      retryAfterMs: retryAfterSeconds > 0 ? retryAfterSeconds * 1000 : undefined,
    };
  } catch (error) {
    throw unreachable(signal.aborted ? signal.reason : error, credentials.server);
  }
}

/** The lines of an answer that stays open, as they arrive. Ends when the server ends it; rejects when the connection breaks. */
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
  const requestOptions: RequestOptions = { ...options, method, headers, signal };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request: ClientRequest = send(url, requestOptions);
    // The operating system notices a peer that vanished without closing its connection.
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
