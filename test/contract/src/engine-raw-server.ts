/** A server that answers as a test wants it: what neither vLLM nor the simulator can be made to say. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RawServer {
  readonly url: string;
  /** What was asked so far. */
  readonly asked: Asked[];
  /** Open connections. */
  readonly sockets: Set<Socket>;
  /** Connections so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Answers with `answer` once the whole request is there. */
export async function startRawServer(answer: (...parameters: Parameters<RequestListener>) => void): Promise<RawServer> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      asked.push({ path: request.url ?? '', headers: request.headers, body });
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
    asked,
    sockets,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server.close(), 'close');
    },
  };
}

/** An answer of vLLM's shape. */
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
