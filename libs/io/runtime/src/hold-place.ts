/**
 * The right to be the only process of this machine that works on a place. The kernel holds it, as the name of a socket that this
 * process listens on, and drops it when the process ends, however it ends: a kill leaves nothing behind. Whoever finds the name
 * taken asks the holder who it is.
 *
 * On Linux the name is an abstract one, so processes that do not share a network (containers) do not see each other.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The process that holds a place. */
export interface Holder {
  readonly pid: number;
  /** When it began, as RFC 3339. */
  readonly since: string;
}

export interface Hold extends AsyncDisposable {
  readonly holder: Holder;
}

/** A holder that is stopped (Ctrl-Z) does not answer. */
const answerMs = 2000;
/** A holder may end between two questions. */
const tries = 5;

/**
 * Holds a place for this process until disposed of. `taken` names the process that holds it already; null if that does not say.
 * A system that has no such sockets gives a hold that excludes nobody.
 */
export async function holdPlace(place: string): Promise<Hold | { readonly taken: Holder | null }> {
  const address = addressOf(place);
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  for (let left = tries; ; left -= 1) {
    const server = await listening(address, holder);
    if (server !== 'taken') return { holder, [Symbol.asyncDispose]: async () => void server?.close() };
    const other = await askHolder(address);
    if (other !== 'gone') return { taken: other };
    // Only a socket that is a file outlives its process.
    if (!isNameless(address)) await rm(address, { force: true });
    if (left === 0) return { taken: null };
  }
}

/** The process of this machine that holds a place; null where none does, or it does not say. */
export async function holderOf(place: string): Promise<Holder | null> {
  const holder = await askHolder(addressOf(place));
  return holder === 'gone' ? null : holder;
}

function addressOf(place: string): string {
  const name = `proofmill-${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

const isNameless = (address: string): boolean => address.startsWith('\0') || address.startsWith('\\\\');

/** Null where the system refuses such sockets for another reason than that the name is taken. */
function listening(address: string, holder: Holder): Promise<Server | 'taken' | null> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(JSON.stringify(holder));
  });
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' ? 'taken' : null));
    server.listen({ path: address }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function askHolder(address: string): Promise<Holder | null | 'gone'> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = createConnection({ path: address });
    socket.setTimeout(answerMs, () => {
      resolve(null);
      socket.destroy();
    });
    socket.on('data', (bytes) => {
      answer += bytes.toString('utf8');
    });
    socket.on('error', () => resolve('gone'));
    socket.on('end', () => resolve(holderIn(answer)));
  });
}

function holderIn(answer: string): Holder | null {
  try {
    const { pid, since } = JSON.parse(answer) as Partial<Holder>;
    return typeof pid === 'number' && typeof since === 'string' ? { pid, since } : null;
  } catch {
    return null;
  }
}
