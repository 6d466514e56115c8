/**
 * A scene: one job in a folder of its own, a real NATS server, an engine, and roles, each a process of the real command that
 * is restarted when it dies. A process that outlives the scene is killed and fails the test.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsServer, type ServerOptions, startNatsServer } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import type { S3Server } from '@proofmill/versitygw';
import { mostHeldChunks } from './bound.ts';
import { type Broker, openBroker } from './broker.ts';
import { type Command, type CommandOptions, type runCommand, startCommand } from './command.ts';
import { type Engine, type EngineOptions, startEngine } from './engine.ts';
import { type ExampleOptions, example, type JobFolder, writeExample } from './example.ts';
import { leftovers } from './leftovers.ts';
import { type Rows, rowsOf } from './output.ts';
import { type Life, type Role, superviseRole } from './role.ts';
import { undisturbed } from './undisturbed.ts';
import { within } from './within.ts';

export interface SceneOptions {
  readonly title: string;
  /** Called when the test fails, as vitest's `onTestFailed`. */
  readonly onTestFailed: (callback: () => void) => void;
  readonly job?: ExampleOptions;
  /** The object store whose bucket holds the output. Default: a folder of this machine. */
  readonly s3?: S3Server;
  readonly engine?: Pick<EngineOptions, 'timeScale' | 'faults'>;
  readonly nats?: ServerOptions;
  /** The server's URL as a role gets it. Default: unchanged. */
  readonly natsUrl?: (url: string, role: 'coordinator' | 'collector' | 'worker' | 'test') => string;
  /** Default: one of each. */
  readonly coordinators?: number;
  readonly collectors?: number;
  readonly workers?: number;
  /** The named events at which the first process of a role dies, one in each life, in order. */
  readonly crashes?: { readonly coordinator?: string[]; readonly collector?: string[]; readonly worker?: string[] };
  /** Flags of the worker beyond the usual ones. */
  readonly workerFlags?: readonly string[];
}

export interface Scene extends AsyncDisposable {
  /** `out` is the output folder as files of this machine; with an object store, the files that the store keeps. */
  readonly job: JobFolder;
  /** The output folder as commands name it. */
  readonly outUri: string;
  readonly nats: NatsServer;
  readonly broker: Broker;
  readonly engine: Engine;
  readonly mark: string;
  readonly coordinators: readonly Role[];
  readonly collectors: readonly Role[];
  readonly workers: readonly Role[];
  /** Items of the chunks that were unacknowledged when workers were killed: what may be asked twice because of those deaths. */
  readonly heldByKilled: number;
  /** The names of the runs, by stage, as the coordinator reports them. */
  readonly runs: ReadonlyMap<string, string>;
  /** Starts the roles; workers follow when their stage begins. */
  begin(): void;
  /** Resolves when every role has ended for good with exit code 0. */
  done(): Promise<void>;
  /** Resolves when the engine has done this share of what it does in an undisturbed run. */
  reached(share: number): Promise<void>;
  /** Runs `proofmill WORDS` to its end, without the scene's NATS server. */
  command(...words: string[]): ReturnType<typeof runCommand>;
  /** Starts `proofmill WORDS`. */
  start(
    words: readonly string[],
    env?: Readonly<Record<string, string>>,
    more?: Pick<CommandOptions, 'onLine' | 'crashAt'>,
  ): Command;
  /** What `proofmill verify --deep --json` reports. */
  verify(): Promise<{ code: number | null; sound: boolean; complete: boolean }>;
  rows(): Promise<Rows>;
  manifests(stage: string): number;
}

/** Far longer than a chunk takes here, far shorter than the minute of a real run. */
const ackWaitMs = 10_000;
const leftMs = 15_000;

let scenes = 0;

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { title, coordinators = 1, collectors = 1, workers = 1, crashes = {}, natsUrl = (url) => url } = options;
  scenes += 1;
  const mark = `${process.pid}-${scenes}-${Date.now()}`;
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-scene-'));
  // Before anything runs: a scene asks how far it is in parts of this, and would be over by the time it is known.
  await undisturbed(options.job);
  const { s3 } = options;
  const key = `scene-${mark}`;
  const written = await writeExample(folder, { ...options.job, ...(s3 ? { outUri: `s3://${s3.bucket}/${key}` } : {}) });
  const job = s3 ? { ...written, out: join(s3.folder, s3.bucket, key) } : written;
  const outUri = s3 ? `s3://${s3.bucket}/${key}` : job.out;
  await using opening = new AsyncDisposableStack();
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const nats = opening.use(await startNatsServer(options.nats));
  const broker = opening.use(await openBroker(natsUrl(nats.url, 'test')));
  const log = join(folder, 'requests.jsonl');
  const engine = await startEngine({ log, gold: job.corpus, mark, ...options.engine });
  const opened = opening.move();
  const roles = { coordinators: [] as Role[], collectors: [] as Role[], workers: [] as Role[] };
  const commands: Command[] = [];
  const runs = new Map<string, string>();
  let heldByKilled = 0;
  let closing = false;
  const envOf = (role: 'coordinator' | 'collector' | 'worker') => ({
    ...s3?.env,
    NATS_URL: natsUrl(nats.url, role),
    PROOFMILL_LOG: process.env.PROOFMILL_LOG ?? 'info',
  });

  const report = (): void => {
    const all = [...roles.coordinators, ...roles.collectors, ...roles.workers, engine.role];
    const reports = [
      ...all.map((role) => role.report()),
      ...commands.map(({ name, stdout, stderr }) => `-- ${name}\n${stdout}${stderr}`),
    ];
    process.stderr.write(`\n==== ${title}\n${reports.join('')}====\n`);
  };
  options.onTestFailed(report);

  let deathsOfCollectors = 0;
  // What a dead collector had pulled would come again after a minute.
  const onDeathOfCollector = async (life: Life): Promise<void> => {
    if (life.signal !== 'SIGKILL' || closing) return;
    deathsOfCollectors += 1;
    for (const run of runs.values())
      await broker.shortenAckWait(run, 'outcomes', ackWaitMs + deathsOfCollectors).catch(() => false);
  };

  const startWorkers = (stage: string, run: string): void => {
    const chunkItems = stage === 'prove' ? example.proveChunkItems : example.labelChunkItems;
    let deaths = 0;
    const onDeath = async (life: Life): Promise<void> => {
      if (life.signal !== 'SIGKILL' || closing) return;
      const held = await broker.unacknowledgedTasks(run).catch(() => null);
      heldByKilled += (held ?? mostHeldChunks) * chunkItems;
      deaths += 1;
      // Only now, so that a run in which no worker dies keeps its real times. The value differs each time: only a change makes
      // the server look at its pending messages.
      await broker.shortenAckWait(run, 'tasks', ackWaitMs + deaths).catch(() => false);
    };
    const stageFile = join(job.out, '.proofmill', stage, 'stage.json');
    const words = ['worker', '--stage', stageFile, '--engine', engine.url, '--slots', String(example.slots)];
    for (let number = 0; number < workers; number += 1) {
      const named = number === 0 && stage === 'label' ? crashes.worker : undefined;
      roles.workers.push(
        superviseRole({
          name: `worker ${number} of ${stage}`,
          words: () => [...words, ...(options.workerFlags ?? [])],
          mark,
          env: envOf('worker'),
          onDeath,
          ...(named ? { crashes: named } : {}),
        }),
      );
    }
  };

  const onLine = (line: string): void => {
    const event = JSON.parse(line) as { event?: string; stage?: string; run?: string };
    if (event.event !== 'stage' || !event.stage || !event.run || runs.has(event.stage)) return;
    runs.set(event.stage, event.run);
    startWorkers(event.stage, event.run);
  };

  const scene: Scene = {
    job,
    outUri,
    nats,
    broker,
    engine,
    mark,
    ...roles,
    runs,
    get heldByKilled() {
      return heldByKilled;
    },
    begin() {
      for (let number = 0; number < coordinators; number += 1) {
        roles.coordinators.push(
          superviseRole({
            name: `coordinator ${number}`,
            words: () => ['coordinator', '--job', job.job, '--json'],
            mark,
            env: envOf('coordinator'),
            onLine,
            ...(number === 0 && crashes.coordinator ? { crashes: crashes.coordinator } : {}),
          }),
        );
      }
      for (let number = 0; number < collectors; number += 1) {
        roles.collectors.push(
          superviseRole({
            name: `collector ${number}`,
            words: () => ['collector', '--out', outUri],
            mark,
            env: envOf('collector'),
            onDeath: onDeathOfCollector,
            ...(number === 0 && crashes.collector ? { crashes: crashes.collector } : {}),
          }),
        );
      }
    },
    async done() {
      for (const kind of ['coordinators', 'collectors', 'workers'] as const) {
        for (const role of roles[kind]) {
          const code = await within(`${role.name} ends`, role.ended);
          if (code !== 0) throw new Error(`${role.name} ended with exit code ${code}`);
        }
      }
    },
    reached: async (share) => {
      const { logBytes } = await undisturbed(options.job);
      await until(`the engine has done ${share} of its work`, () => engine.logBytes() >= share * logBytes);
    },
    async command(...words) {
      const command = scene.start(words);
      const ended = await within(`${command.name} ends`, command.ended);
      return { ...ended, stdout: command.stdout, stderr: command.stderr };
    },
    start(words, env = {}, more = {}) {
      const name = `proofmill ${words[0]}`;
      const command = startCommand({ name, words, mark, env: { ...s3?.env, PROOFMILL_LOG: 'error', ...env }, ...more });
      commands.push(command);
      return command;
    },
    async verify() {
      const { code, stdout } = await scene.command('verify', outUri, '--deep', '--json');
      const { sound, complete } = JSON.parse(stdout || '{}') as { sound: boolean; complete: boolean };
      return { code, sound, complete };
    },
    rows: () => rowsOf(job.out),
    manifests: (stage) =>
      Array.from({ length: 2 * example.shards }, (_, shard) => shard).filter((shard) =>
        existsSync(join(job.out, '.proofmill', stage, 'manifests', `${String(shard).padStart(5, '0')}.json`)),
      ).length,
    async [Symbol.asyncDispose]() {
      closing = true;
      if (process.env.PROOFMILL_TEST_REPORT) report();
      for (const kind of ['workers', 'collectors', 'coordinators'] as const) {
        for (const role of roles[kind]) await role.stop();
      }
      await engine.role.stop();
      for (const command of commands) if (command.running) command.kill('SIGKILL');
      await opened.disposeAsync();
      const remaining = await killLeftovers(mark);
      if (remaining.length > 0) {
        report();
        throw new Error(
          `left running:\n${remaining.map(({ pid, commandLine }) => `${pid} ${commandLine}`).join('\n')}`,
        );
      }
    },
  };
  return scene;
}

/** Waits until no process with the mark runs. Kills and returns those that still run at the deadline. */
async function killLeftovers(mark: string): ReturnType<typeof leftovers> {
  const found = await until('every process of the scene ends', async () => (await leftovers(mark)).length === 0, {
    withinMs: leftMs,
    everyMs: 100,
  }).then(
    () => [],
    () => leftovers(mark),
  );
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
  return found;
}
