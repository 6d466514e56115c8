/** A proxy as companies have them: it makes tunnels (CONNECT), and forwards requests without TLS. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  /** With a user and a password. */
  readonly url: string;
  /** What was asked of it: `CONNECT HOST:PORT`, or the method and the whole URL. */
  readonly asked: readonly string[];
  /** Answers with this status, or not at all, from now on. */
  answer: number | 'nothing';
  close(): Promise<void>;
}

const password = 'proxy-pa55word';

/** Whatever host is asked for, the server on this port of this machine is reached. */
export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const state = { answer: 200 as ConnectProxy['answer'] };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    forward(request, response, port, state.answer);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.on('error', () => undefined);
    if (state.answer === 'nothing') return;
    if (state.answer !== 200) return void socket.end(`HTTP/1.1 ${state.answer} No\r\n\r\n`);
    const engine = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      engine.pipe(socket).pipe(engine);
    });
    sockets.add(engine);
    engine.on('error', () => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://somebody:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get answer() {
      return state.answer;
    },
    set answer(answer) {
      state.answer = answer;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  answer: ConnectProxy['answer'],
): void {
  if (answer !== 200) return void (answer === 'nothing' ? null : response.writeHead(answer).end());
  const { pathname } = new URL(request.url ?? '');
  const { method, headers } = request;
  const forwarded = httpRequest({ host: '127.0.0.1', port, path: pathname, method, headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  request.pipe(forwarded);
}
