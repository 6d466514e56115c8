/** An engine of a few lines, for answers that no simulator should give. It counts what it is asked for. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BareEngine extends AsyncDisposable {
  readonly url: string;
  /** Requests for an answer. */
  readonly asked: number;
}

/** An answer to POST /v1/chat/completions: its status and its body. `number` counts them from 1. */
export type Answering = (number: number) => { readonly status: number; readonly body: object };

/** Serves one model. */
export async function startBareEngine(model: string, answering: Answering): Promise<BareEngine> {
  let asked = 0;
  const server = createServer((request, response) => {
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    request.resume().on('end', () => {
      if (request.url === '/health') return send(200, {});
      if (request.url === '/version') return send(200, { version: '0.11.0' });
      if (request.url === '/v1/models')
        return send(200, { object: 'list', data: [{ id: model, max_model_len: 8192 }] });
      if (request.url !== '/v1/chat/completions') return send(404, { detail: 'Not Found' });
      asked += 1;
      const { status, body } = answering(asked);
      return send(status, body);
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

/** The refusal of every request, in an engine's own words. */
export const refusing =
  (message: string): Answering =>
  () => ({ status: 400, body: { error: { message, type: 'BadRequestError', param: null, code: 400 } } });
