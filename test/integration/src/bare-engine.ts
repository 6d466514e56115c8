/** An engine of a few lines, for answers that no simulator should give. It counts what it is asked for. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BareEngine extends AsyncDisposable {
  readonly url: string;
  /** Requests for an answer. */
  readonly asked: number;
}

interface BareAnswer {
  readonly status: number;
  readonly body: object;
  /** How long the engine takes for it; default: no time. */
  readonly afterMs?: number;
}

/** The answer to POST /v1/chat/completions with such a body. */
export type Answering = (request: ChatBody) => BareAnswer;

interface ChatBody {
  readonly n?: number;
  readonly messages: readonly { readonly content: string }[];
}

/** Serves one model. */
export async function startBareEngine(model: string, answering: Answering): Promise<BareEngine> {
  let asked = 0;
  const server = createServer((request, response) => {
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    request.on('end', () => {
      if (request.url === '/health') return send(200, {});
      if (request.url === '/version') return send(200, { version: '0.11.0' });
      if (request.url === '/v1/models')
        return send(200, { object: 'list', data: [{ id: model, max_model_len: 8192 }] });
      if (request.url !== '/v1/chat/completions') return send(404, { detail: 'Not Found' });
      asked += 1;
      const { status, body, afterMs = 0 } = answering(JSON.parse(text));
      setTimeout(() => send(status, body), afterMs);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get asked() {
      return asked;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Answers with a text, as often as is asked for. */
export const saying =
  (content: string, afterMs: number): Answering =>
  ({ n = 1 }) => ({
    status: 200,
    afterMs,
    body: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'simulated-judge',
      choices: Array.from({ length: n }, (_, index) => ({
        index,
        message: { role: 'assistant', content },
        finish_reason: 'stop',
        logprobs: null,
      })),
      usage: { prompt_tokens: 100, completion_tokens: 10 * n, total_tokens: 100 + 10 * n },
    },
  });

/** Refuses whatever a record says, in an engine's own words. It is well otherwise: it answers a short question. */
export const refusing =
  (message: string): Answering =>
  (request) => {
    const isShort = request.messages.every(({ content }) => content.length < 50);
    if (isShort) return saying('A', 0)(request);
    return { status: 400, body: { error: { message, type: 'BadRequestError', param: null, code: 400 } } };
  };
