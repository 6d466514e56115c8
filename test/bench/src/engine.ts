/** The simulator as a process of its own, which answers at once. */
import { fileURLToPath } from 'node:url';
import type { LogTotals } from '@proofmill/simulator';
import { type Child, startNode } from './child.ts';

export const commandLine = fileURLToPath(new URL('../../../services/cli/src/main.ts', import.meta.url));

export interface BenchEngine extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  totals(): Promise<LogTotals>;
  /** Clears the request log. */
  reset(): Promise<void>;
}

/** None of its answers is invalid, so that a record takes one request. */
export async function startEngine(model: string): Promise<BenchEngine> {
  const words = ['simulate', '--port', '0', '--model', model, '--time-scale', '0', '--invalid-rate', '0'];
  const child: Child = startNode(commandLine, words);
  const { url } = JSON.parse(await child.firstLine) as { url: string };
  const call = async (method: string, path: string): Promise<unknown> => {
    const response = await fetch(url + path, { method });
    if (!response.ok) throw new Error(`${method} ${path} of the simulator: ${response.status}`);
    return response.json();
  };
  return {
    url,
    pid: child.pid,
    totals: async () => ((await call('GET', '/admin/log')) as { totals: LogTotals }).totals,
    reset: async () => void (await call('POST', '/admin/reset')),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
