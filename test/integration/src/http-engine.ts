/** An engine in this process, for tests that look into its requests: the simulator behind an HTTP server of the test's own. */
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from '@proofmill/contract';
import { until } from '@proofmill/process';
import { createSimulator, type SimulatorOptions } from '@proofmill/simulator';

export interface HttpEngineOptions {
  readonly simulator?: SimulatorOptions;
  /** What /version says. */
  readonly version?: string;
  /** Serves https:// with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whether a request is refused with 401. Like many servers, this one repeats the key in its refusal. */
  readonly refuses?: (headers: IncomingHttpHeaders) => boolean;
  /** Whether a question is never answered. */
  readonly loses?: () => boolean;
  /** Whether questions are answered by now. Default: at once. */
  readonly answersOnce?: () => boolean;
}

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

interface Question {
  readonly messages: readonly Message[];
  readonly seed: number;
}

export interface HttpEngine extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly Received[];
  /** Requests for an answer, so far. */
  asked(): number;
  /** The bodies of those that were read. */
  readonly questions: readonly Question[];
}

export async function startHttpEngine(options: HttpEngineOptions = {}): Promise<HttpEngine> {
  const requests: Received[] = [];
  const questions: Question[] = [];
  const listener = listenerOf(options, requests, questions);
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    questions,
    asked: () => requests.filter(({ path }) => isQuestion(path)).length,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

const isQuestion = (path: string): boolean => path.startsWith('/v1/chat');

function listenerOf(
  { simulator, version, refuses, loses, answersOnce = () => true }: HttpEngineOptions,
  requests: Received[],
  questions: Question[],
): RequestListener {
  const { fetch } = createSimulator(simulator);
  return (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    requests.push({ path: url, headers });
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', async () => {
      if (isQuestion(url)) questions.push(JSON.parse(body) as Question);
      if (isQuestion(url) && loses?.()) return;
      if (isQuestion(url)) await until('questions are answered', answersOnce);
      if (refuses?.(headers)) {
        const message = `Incorrect API key provided: ${headers.authorization}.`;
        send(response, 401, JSON.stringify({ error: { message, code: 'invalid_api_key' } }));
      } else if (version !== undefined && url === '/version') {
        send(response, 200, JSON.stringify({ version }));
      } else {
        const sent = { method, headers: { 'content-type': headers['content-type'] ?? '' } };
        const answer = await fetch(`http://simulator${url}`, body === '' ? sent : { ...sent, body });
        send(response, answer.status, await answer.text());
      }
    });
  };
}

const send = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};
