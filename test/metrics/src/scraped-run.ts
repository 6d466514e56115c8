/** A job of real processes around a real NATS, each role with its status open, as a Prometheus scrapes it. */
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubernetesApi, UnavailableError } from '@proofmill/contract';
import { openStatus, operatorMeters } from '@proofmill/metrics';
import { startNatsServer } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import type { ScrapeTarget } from '@proofmill/prometheus';
import { createSimulator } from '@proofmill/simulator';
import { type Command, startCommand, writeExample } from '@proofmill/test-integration';
import { place } from './queries.ts';

export interface ScrapedRun extends AsyncDisposable {
  readonly records: number;
  readonly targets: readonly ScrapeTarget[];
  /** The coordinator's end. */
  readonly ended: Command['ended'];
}

const records = 160;
/** Of the time that a real engine takes: the run lasts for half a minute, which is 30 scrapes. */
const timeScale = 0.05;

/** Starts the job. Engines of the tests answer slowly enough for several scrapes, and some of their answers cannot be read. */
export async function startScrapedRun(): Promise<ScrapedRun> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await mkdtempDisposable(join(tmpdir(), 'proofmill-metrics-')));
  const nats = starting.use(await startNatsServer());
  const simulator = createSimulator({ timeScale, invalidRate: 0.6 });
  const engine = await simulator.listen({ host: '127.0.0.1', port: 0 });
  starting.defer(() => simulator.close(0));
  const paths = await writeExample(folder.path, { records, votes: 3 });
  const start = (...words: string[]): Command => {
    const command = startCommand({
      name: words[0] ?? '',
      words: [...words, '--nats', nats.url, '--status-port', '0'],
      mark: folder.path,
    });
    starting.defer(async () => {
      if (command.running) command.kill('SIGKILL');
      await command.ended;
    });
    return command;
  };
  const collector = start('collector', '--out', paths.out);
  const coordinator = start('coordinator', '--job', paths.job, '--json');
  const stage = join(paths.out, '.proofmill/label/stage.json');
  await until('the stage is opened', () => readFile(stage).then(Boolean, () => false));
  const worker = start('worker', '--stage', stage, '--engine', engine.url, '--slots', '8');
  const targets = [
    await targetOf(coordinator, 'driver'),
    await targetOf(collector, 'collector', { stage: 'label' }),
    await targetOf(worker, 'worker', { stage: 'label' }),
    starting.use(await startedOperator()).target,
  ];
  const resources = starting.move();
  return { records, targets, ended: coordinator.ended, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** The target that the PodMonitor of the chart makes of a pod with this role. */
async function targetOf(command: Command, role: string, labels: Record<string, string> = {}): Promise<ScrapeTarget> {
  const url = await until(`the ${role} opens its status`, () => /"url":"(http:[^"]+)"/.exec(command.stderr)?.[1]);
  return {
    address: new URL(url).host,
    labels: { ...place, role, pod: `${place.scoring_job}-${role}-0`, ...labels },
  };
}

/** There is no cluster: what the operator counts is given to it here, and its registry and its port are the real ones. */
async function startedOperator(): Promise<AsyncDisposable & { readonly target: ScrapeTarget }> {
  const log = { info: () => undefined };
  const status = await openStatus({ role: 'operator', statusPort: 0, log });
  if (!status) throw new Error('the status of the operator is not open');
  const { decorate, events } = operatorMeters(status);
  const kind = { apiVersion: 'batch/v1', kind: 'Job' };
  let lists = 0;
  const api = decorate('kubernetes', {
    async list() {
      lists += 1;
      if (lists % 5 === 0) throw new UnavailableError('kubernetes', 'away');
      return [];
    },
  } as unknown as KubernetesApi);
  const job = { ...kind, metadata: { name: place.scoring_job }, status: { phase: 'Running' } };
  events.onLeading(true);
  events.onView(() => ({ jobs: [job], waiting: 0 }));
  const timer = setInterval(() => {
    void api.list(kind).then(
      () => events.onReconciled(12, false),
      () => events.onReconciled(30, true),
    );
  }, 200);
  return {
    target: {
      address: new URL(status.url).host,
      labels: { namespace: place.namespace, role: 'operator', pod: 'proofmill-operator-0' },
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await status[Symbol.asyncDispose]();
    },
  };
}
