/** The engines of a loop's weights: one at a time is started, and ended before the next, or before a training. */
import { createServer } from 'node:net';
import { type LoopEngine, UnavailableError, usualVariables } from '@proofmill/contract';
import { environmentOf, filled } from '@proofmill/rounds';
import { requirePassed } from './environment.ts';
import { type Guarded, lastLines, startGuarded } from './guarded.ts';

interface ServedModel {
  readonly engine: LoopEngine;
  /** Folder or name of the weights. */
  readonly model: string;
  /** What the server has to call them. */
  readonly name: string;
  /** Names its log. */
  readonly log: string;
}

export interface Serving extends AsyncDisposable {
  /** Address of a server of these weights, which is started if it does not run, once it lists the model. */
  addressOf(served: ServedModel): Promise<string>;
  /** Fires with an error when the server ends by itself. */
  readonly failed: AbortSignal;
  /** Ends the server, if there is one. */
  end(): Promise<void>;
}

const pollMs = 250;
/** vLLM frees its GPUs within seconds. */
const graceMs = 30_000;

export function servingIn(folder: string, stop: AbortSignal, report: (sentence: string) => void): Serving {
  let current: { readonly key: string; readonly server: Guarded; readonly address: string } | null = null;
  const failed = new AbortController();
  const end = async (): Promise<void> => {
    const ending = current;
    current = null;
    await ending?.server.end(graceMs);
  };
  return {
    failed: failed.signal,
    end,
    [Symbol.asyncDispose]: end,
    async addressOf(served) {
      const key = JSON.stringify([served.model, served.name]);
      if (current?.key === key) return current.address;
      await end();
      const port = await freePort();
      const { server, readyWithinMs } = await startServer(served, port, folder);
      const address = `http://127.0.0.1:${port}`;
      current = { key, server, address };
      void server.ended.then(async (code) => {
        if (current?.server === server) failed.abort(await serverEnded(served, code, server.log));
      });
      report(`serving ${served.name} at ${address}`);
      await ready({
        address,
        name: served.name,
        server,
        readyWithinMs,
        signal: AbortSignal.any([stop, failed.signal]),
      });
      return address;
    },
  };
}

async function startServer(
  { engine, model, name, log }: ServedModel,
  port: number,
  folder: string,
): Promise<{ readonly server: Guarded; readonly readyWithinMs: number }> {
  const { serve } = engine;
  if (!serve) throw new RangeError(`${name} is not served by the loop`);
  const { environment, missing } = environmentOf(serve.environment, usualVariables, process.env);
  requirePassed(missing, 'engine.serve.environment');
  const command = filled(serve.command, { model, name, port: String(port) });
  const server = await startGuarded({ command, environment, folder, log });
  return { server, readyWithinMs: serve.readyWithinSeconds * 1000 };
}

const serverEnded = async ({ name }: ServedModel, code: number, log: string): Promise<UnavailableError> =>
  new UnavailableError('engine-ended', `the server of ${name} ended with exit code ${code}. ${await lastLines(log)}`, {
    runAgainWhen: 'the cause that it names is gone',
  });

interface Awaited {
  readonly address: string;
  readonly name: string;
  readonly server: Guarded;
  readonly readyWithinMs: number;
  readonly signal: AbortSignal;
}

/** Resolves when the server lists the model, or when it is stopped. */
async function ready({ address, name, server, readyWithinMs, signal }: Awaited): Promise<void> {
  const beganMs = performance.now();
  while (!signal.aborted) {
    if (await lists(address, name)) return;
    if (performance.now() - beganMs > readyWithinMs)
      throw new UnavailableError(
        'engine-late',
        `the server at ${address} does not list the model ${name} after ${readyWithinMs / 1000} s. ${await lastLines(server.log)}`,
        { runAgainWhen: 'it starts sooner, or with a larger engine.serve.readyWithinSeconds' },
      );
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  signal.throwIfAborted();
}

async function lists(address: string, name: string): Promise<boolean> {
  try {
    const answer = await fetch(`${address}/v1/models`, { signal: AbortSignal.timeout(5000) });
    const { data } = (await answer.json()) as { data?: { id?: unknown }[] };
    return data?.some(({ id }) => id === name) ?? false;
  } catch {
    return false;
  }
}

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
