/** An engine of a few lines, for answers that the simulator never gives. It is healthy and has one model. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SmallEngine extends AsyncDisposable {
  readonly url: string;
  /** Questions so far. */
  requests(): number;
}

/** `answer` answers every question: whatever is sent by POST. */
export async function smallEngine(answer: (response: ServerResponse) => void): Promise<SmallEngine> {
  let requests = 0;
  const server = createServer((request, response) => {
    const isQuestion = request.method === 'POST';
    if (isQuestion) requests += 1;
    request.resume().on('end', () => {
      if (isQuestion) return answer(response);
      sendJson(response, 200, { object: 'list', data: [{ id: 'simulated-judge', max_model_len: 8192 }] });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
