/** A private Prometheus for a test: it scrapes what it is told every second, and answers queries. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@proofmill/process';
import { findPrometheus } from './programs.ts';

/** What is scraped: an address, and the labels that a PodMonitor would give it. */
export interface ScrapeTarget {
  /** HOST:PORT. */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A series of an answer, with its value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus extends AsyncDisposable {
  readonly url: string;
  /** Scrapes these targets from now on. */
  scrape(targets: readonly ScrapeTarget[]): Promise<void>;
  /** The answer to a query at a time, in seconds since 1970. @throws Error with what Prometheus says of a query that it refuses */
  query(expression: string, atSeconds?: number): Promise<readonly Sample[]>;
  /** Alerts of its rules by name: pending ones and firing ones. @throws Error where a rule could not be evaluated */
  alerts(): Promise<readonly string[]>;
}

interface Answer<Data> {
  readonly status: string;
  readonly error?: string;
  readonly data: Data;
}

interface Rule {
  readonly name: string;
  readonly state?: string;
  readonly health: string;
  readonly lastError?: string;
}

const keptLogCharacters = 4_000;

/** Starts a server with these rules; `await using` stops it and removes its files. */
export async function startPrometheus({
  rules,
}: {
  readonly rules: Readonly<Record<string, string>>;
}): Promise<Prometheus> {
  const { prometheus } = await findPrometheus();
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-prometheus-'));
  const targetsFile = join(folder, 'targets.json');
  for (const [name, text] of Object.entries(rules)) await writeFile(join(folder, `${name}.rules.yaml`), text);
  await writeFile(targetsFile, '[]');
  await writeFile(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [join(folder, '*.rules.yaml')],
      scrape_configs: [{ job_name: 'proofmill', file_sd_configs: [{ files: [targetsFile], refresh_interval: '1s' }] }],
    }),
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-keptLogCharacters);
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('Prometheus is ready', () => isReady(url, child.exitCode), { withinMs: 60_000 });
  } catch (error) {
    await stop();
    throw new Error(`Prometheus did not start:\n${log}`, { cause: error });
  }
  return { url, ...questions(url, targetsFile), [Symbol.asyncDispose]: stop };
}

function questions(url: string, targetsFile: string): Pick<Prometheus, 'scrape' | 'query' | 'alerts'> {
  const ask = async <Data>(path: string): Promise<Data> => {
    const answer = (await (await fetch(`${url}/api/v1/${path}`)).json()) as Answer<Data>;
    if (answer.status !== 'success') throw new Error(`Prometheus refuses ${path}: ${answer.error}`);
    return answer.data;
  };
  return {
    async scrape(targets) {
      const groups = targets.map(({ address, labels }) => ({ targets: [address], labels }));
      await writeFile(targetsFile, JSON.stringify(groups));
    },
    async query(expression, atSeconds) {
      const time = atSeconds === undefined ? '' : `&time=${atSeconds}`;
      const { result } = await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
        `query?query=${encodeURIComponent(expression)}${time}`,
      );
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async alerts() {
      const { groups } = await ask<{ groups: { rules: Rule[] }[] }>('rules');
      const all = groups.flatMap(({ rules }) => rules);
      const faulty = all.filter(({ health }) => health === 'err');
      if (faulty.length > 0) throw new Error(faulty.map(({ name, lastError }) => `${name}: ${lastError}`).join('\n'));
      return all.filter(({ state }) => state !== 'inactive').map(({ name, state }) => `${name} ${state}`);
    },
  };
}

async function isReady(url: string, exitCode: number | null): Promise<boolean> {
  if (exitCode !== null) throw new Error(`Prometheus ended with ${exitCode}`);
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
