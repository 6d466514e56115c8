/** Simulators of different speeds, each a process, whose slots are looked at twenty times a second. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, startNode } from '../child.ts';
import { commandLine } from '../engine.ts';
import { decodeTokensPerSecond, type EngineSize, prefillTokensPerSecond, timeScale } from './cases.ts';

/** What the slots of all engines held at one time. */
interface Look {
  readonly atMs: number;
  readonly running: readonly number[];
  readonly waiting: readonly number[];
}

export interface Watched {
  /** From the first look with work in a slot to the last. */
  readonly beginMs: number;
  readonly endMs: number;
  /** Milliseconds between the last look at which every engine had nine tenths of its slots busy and the end. */
  readonly tailMs: number;
  /** The most answers that waited at an engine, in parts of its slots. */
  readonly mostWaiting: number;
}

export interface WatchedEngines extends AsyncDisposable {
  readonly urls: readonly string[];
  readonly sizes: readonly EngineSize[];
  /** Forgets what was seen so far. */
  begin(): void;
  seen(): Watched;
}

const lookMs = 50;

export async function startEngines(model: string, sizes: readonly EngineSize[]): Promise<WatchedEngines> {
  await using started = new AsyncDisposableStack();
  const children: Child[] = sizes.map(({ slots, slowness }) =>
    started.use(
      startNode(commandLine, [
        ...['simulate', '--port', '0', '--model', model, '--invalid-rate', '0', '--slots', String(slots)],
        ...['--time-scale', String(timeScale * slowness), '--decode-speed', String(decodeTokensPerSecond)],
        ...['--prefill-speed', String(prefillTokensPerSecond)],
      ]),
    ),
  );
  const urls = await Promise.all(
    children.map(async ({ firstLine }) => (JSON.parse(await firstLine) as { url: string }).url),
  );
  const ended = new AbortController();
  const looks: Look[] = [];
  const watching = watch(urls, looks, ended.signal);
  const all = started.move();
  return {
    urls,
    sizes,
    begin: () => void looks.splice(0),
    seen: () => summaryOf(looks, sizes),
    async [Symbol.asyncDispose]() {
      ended.abort();
      await watching;
      await all.disposeAsync();
    },
  };
}

async function watch(urls: readonly string[], looks: Look[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const loads = await Promise.all(urls.map(loadOf));
    looks.push({
      atMs: performance.now(),
      running: loads.map(({ running }) => running),
      waiting: loads.map(({ waiting }) => waiting),
    });
    await pause(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

async function loadOf(url: string): Promise<{ running: number; waiting: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const gauge = (name: string): number => {
    const value = new RegExp(`^vllm:${name}\\{[^}]*\\} ([0-9.]+)$`, 'm').exec(text)?.[1];
    if (value === undefined) throw new Error(`/metrics of the simulator has no ${name}`);
    return Number(value);
  };
  return { running: gauge('num_requests_running'), waiting: gauge('num_requests_waiting') };
}

function summaryOf(looks: readonly Look[], sizes: readonly EngineSize[]): Watched {
  const busy = looks.filter(({ running }) => running.some((count) => count > 0));
  const [first, last] = [busy[0], busy.at(-1)];
  if (!first || !last) throw new Error('the engines were never seen at work');
  const isFull = ({ running }: Look): boolean => sizes.every(({ slots }, at) => (running[at] ?? 0) >= 0.9 * slots);
  const lastFull = busy.findLast(isFull) ?? first;
  return {
    beginMs: first.atMs,
    endMs: last.atMs,
    tailMs: last.atMs - lastFull.atMs,
    mostWaiting: Math.max(
      ...busy.flatMap(({ waiting }) => waiting.map((count, at) => count / (sizes[at]?.slots ?? 1))),
    ),
  };
}
