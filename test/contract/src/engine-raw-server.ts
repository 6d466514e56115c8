/** A server whose answers a test chooses, for those that neither vLLM nor the simulator can be made to give. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RawServer {
  readonly url: string;
  /** Requests received so far. */
  readonly requests: ReceivedRequest[];
  /** Open connections. */
  readonly sockets: Set<Socket>;
  /** Number of connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Calls `answer` once the whole request has arrived. */
export async function startRawServer(answer: (...parameters: Parameters<RequestListener>) => void): Promise<RawServer> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server.close(), 'close');
    },
  };
}

/** An answer in the shape of vLLM's. */
export const chatAnswer = (more: object = {}, choices: readonly object[] = [choice(0)]) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices,
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
  ...more,
});

export const choice = (index: number, more: object = {}, message: object = {}) => ({
  index,
  message: { role: 'assistant', content: `text ${index}`, reasoning: null, ...message },
  finish_reason: 'stop',
  ...more,
});
