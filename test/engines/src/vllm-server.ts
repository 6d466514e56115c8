/** Real vLLM for a test file, one at a time: two would need more memory and cores than a laptop has. */
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '@proofmill/process';
import { type VllmEngine, vllmEngine } from '@proofmill/vllm';
import { type StartVllmOptions, setUpVllm, startVllm, type VllmInstall, type VllmServer } from '@proofmill/vllm-cpu';

const print = (line: string): void => void process.stderr.write(`${line}\n`);

/** The install, or why this machine cannot have one and what would help. A failed download rejects: it is no reason to skip. */
export async function bringVllm(): Promise<{ install: VllmInstall; skip: '' } | { install: null; skip: string }> {
  try {
    return { install: await setUpVllm({ log: print }), skip: '' };
  } catch (error) {
    if (!(error instanceof ToolError) || error.disposition !== 'configuration') throw error;
    print(`Skipped: ${error.message}`);
    return { install: null, skip: error.message };
  }
}

/** A server, and the engine client that asks it. */
export interface RunningVllm extends AsyncDisposable {
  readonly server: VllmServer;
  readonly engine: VllmEngine;
  /** Running and waiting sequences, from /metrics. */
  load(): Promise<number>;
  /** The process that holds the model. */
  engineCorePid(): number;
}

/** Starts a server once no other test file has one. Takes 35 to 70 s, on top of the time that the others take. */
export async function startEngine(install: VllmInstall, options: StartVllmOptions): Promise<RunningVllm> {
  const turn = await takeTurn();
  let server: VllmServer;
  try {
    server = await startVllm(install, options);
  } catch (error) {
    turn.close();
    throw error;
  }
  const engine = vllmEngine({ baseUrl: server.socketPath ? `unix://${server.socketPath}` : server.baseUrl });
  return {
    server,
    engine,
    load: async () => {
      const metrics = await get(server, '/metrics');
      const gauges = metrics.matchAll(/^vllm:num_requests_(?:running|waiting)\{[^}]*\} ([\d.e+]+)$/gm);
      return [...gauges].reduce((sum, [, value]) => sum + Number(value), 0);
    },
    engineCorePid: () => memberOf(server.pid, 'VLLM::EngineCore'),
    [Symbol.asyncDispose]: async () => {
      engine.close();
      await server.stop();
      turn.close();
    },
  };
}

/** A turn is a socket in the kernel's abstract namespace: it ends with its process, however that ends. */
async function takeTurn(): Promise<Server> {
  for (;;) {
    const server = createServer();
    const isMine = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') resolve(false);
        else reject(error);
      });
      server.listen('\0proofmill-test-engines', () => resolve(true));
    });
    if (isMine) return server.unref();
    await sleep(500);
  }
}

/** The process of a group whose title begins with `title`. The processes of vLLM set their own titles. */
function memberOf(group: number, title: string): number {
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return ''; // it has ended since the listing
    }
  };
  const found = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid) || !read(`/proc/${pid}/cmdline`).startsWith(title)) return false;
    const stat = read(`/proc/${pid}/stat`);
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === group;
  });
  if (found === undefined) throw new Error(`no process ${title} in group ${group}`);
  return Number(found);
}

const get = (server: VllmServer, path: string): Promise<string> => ask(server, path, null);

/** The answer to a body, whatever its status. */
export const post = async (server: VllmServer, path: string, body: object): Promise<unknown> =>
  JSON.parse(await ask(server, path, JSON.stringify(body)));

function ask({ socketPath, port }: VllmServer, path: string, body: string | null): Promise<string> {
  return new Promise((resolve, reject) => {
    const address = socketPath === undefined ? { host: '127.0.0.1', port } : { socketPath };
    const call = body === null ? {} : { method: 'POST', headers: { 'content-type': 'application/json' } };
    request({ ...address, ...call, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('end', () => resolve(text)).once('error', reject);
    })
      .once('error', reject)
      .end(body ?? undefined);
  });
}
