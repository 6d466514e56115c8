/**
 * The nats executor: every role a process of its own, around a NATS server: the one of NATS_URL, or a temporary one that is
 * started here. A role that dies is started again; one that refuses its configuration ends the run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openStore } from '@proofmill/blob';
import { ConfigurationError, exitCodes, IntegrityError, stagePaths, UnavailableError } from '@proofmill/contract';
import { type JobFile, profilesOf } from '@proofmill/coordinator';
import { findNatsServer, startNatsServer } from '@proofmill/nats-server';
import { definitionOf } from '@proofmill/plan';
import { type AskedModel, corpusFiles, isSimulated, modelsOf } from './engines.ts';
import { endsWithStdin } from './parent.ts';
import type { Progress } from './progress.ts';

export interface NatsExecutorOptions {
  readonly jobFile: JobFile;
  /** The job's file and the flags that changed it, as the coordinator is to be given them. */
  readonly jobArguments: readonly string[];
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  readonly progress: Progress;
  /** Hands on a line of the coordinator's JSON. */
  readonly onEvent: (event: Readonly<Record<string, unknown>>) => void;
}

/** What this process was started with, be it a source or a bundle: the roles are started with the same. */
const main = process.argv[1] ?? '';
const RESTART_MS = 1000;
const RESTARTS = 20;
const DRAIN_MS = 60_000;

type StartRole = (
  name: string,
  words: readonly string[],
  options?: { onLine?: (line: string) => void; restarts?: number },
) => Role;

interface Role {
  readonly name: string;
  /** Resolves when the role has ended for good. */
  readonly ended: Promise<number>;
  stop(): void;
}

/** Runs a job to its end; gives the coordinator's exit code. */
export async function runOnNats(options: NatsExecutorOptions): Promise<number> {
  const { jobFile, jobArguments, stop, abort, progress, onEvent } = options;
  const { job, baseDir } = jobFile;
  const given = process.env.NATS_URL;
  // A worker has no need of the object store that the output may be in: its stage.json is copied here.
  await using stageFiles = job.spec.output.uri.startsWith('s3://')
    ? await mkdtempDisposable(join(tmpdir(), 'proofmill-stages-'))
    : null;
  await using server = given === undefined ? await temporaryServer(progress) : null;
  const nats = given ?? server?.url ?? '';
  const failed = new AbortController();
  const roles = new Set<Role>();
  const simulators = new Map<string, Promise<string>>();
  const closing = new AbortController();
  if (server) keepServer(server, progress, AbortSignal.any([stop, closing.signal]));

  const start: StartRole = (name, words, { onLine, restarts = RESTARTS } = {}) => {
    const role = keepRole({
      name,
      words,
      restarts,
      env: { NATS_URL: nats },
      progress,
      onLine: onLine ?? (() => undefined),
    });
    roles.add(role);
    void role.ended.then((code) => {
      roles.delete(role);
      if (code !== exitCodes.done && name !== 'coordinator' && !stop.aborted) {
        failed.abort(roleFailed(name, code));
      }
    });
    return role;
  };

  const addressOf = async ({ model, address, runner }: AskedModel): Promise<string> => {
    if (!isSimulated(address)) return address;
    const known = simulators.get(model) ?? simulatorFor(model, runner, await corpusFiles(job, baseDir), start);
    simulators.set(model, known);
    return known;
  };

  const startWorkers = async (stageName: string): Promise<void> => {
    const number = job.spec.pipeline.findIndex((stage) => stage.name === stageName);
    const spec = job.spec.pipeline[number];
    const profiles = (await profilesOf(job, baseDir))[number];
    if (!spec || !profiles) return;
    const [own, first] = modelsOf(spec, definitionOf(spec, profiles));
    const engine = await addressOf(own);
    const firstEngine = first ? ['--first-engine', await addressOf(first)] : [];
    const stageFile = await stageFileOf(job.spec.output.uri, stageName, stageFiles?.path);
    for (let worker = 0; worker < spec.fleet.workers; worker += 1) {
      const slots = ['--slots', String(spec.fleet.slots)];
      const words = ['worker', '--stage', stageFile, '--engine', engine, ...firstEngine, ...slots];
      start(`worker ${worker} of ${stageName}`, words);
    }
  };

  const coordinator = start('coordinator', ['coordinator', ...jobArguments, '--json'], {
    onLine: (line) => {
      const event = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (event.event === 'stage') startWorkers(String(event.stage)).catch((error: unknown) => failed.abort(error));
      onEvent(event);
    },
  });
  start('collector', ['collector', '--out', job.spec.output.uri]);

  const stopAll = (): void => {
    for (const role of roles) if (role.name.startsWith('worker')) role.stop();
  };
  stop.addEventListener('abort', stopAll, { once: true });
  try {
    const drained = new Promise<null>((resolve) => stop.addEventListener('abort', () => resolve(null), { once: true }));
    const broken = new Promise<null>((resolve) =>
      failed.signal.addEventListener('abort', () => resolve(null), { once: true }),
    );
    const code = await Promise.race([coordinator.ended, drained, broken]);
    if (failed.signal.aborted) throw failed.signal.reason;
    if (code === null) await drainWorkers(roles, abort);
    return code ?? exitCodes.drained;
  } finally {
    closing.abort();
    for (const role of roles) role.stop();
    await Promise.race([Promise.all([...roles].map((role) => role.ended)), later(DRAIN_MS)]);
  }
}

function roleFailed(name: string, code: number): Error {
  const sentence = `the ${name} ended with exit code ${code}; its last lines are above`;
  return code === exitCodes.configuration
    ? new ConfigurationError(sentence)
    : new UnavailableError('role-failed', sentence);
}

/** Workers first: what they have answered still goes through the collector. */
async function drainWorkers(roles: ReadonlySet<Role>, abort: AbortSignal): Promise<void> {
  const workers = [...roles].filter((role) => role.name.startsWith('worker'));
  const atOnce = new Promise<void>((resolve) => abort.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([Promise.all(workers.map((role) => role.ended)), atOnce, later(DRAIN_MS)]);
  await Promise.race([later(1500), atOnce]);
}

async function temporaryServer(progress: Progress) {
  const found = await findNatsServer({ say: (line) => progress.say(line) });
  if (found.path === null) {
    throw new ConfigurationError(`${found.reason} ${found.remedy} Or set NATS_URL to a server with JetStream.`);
  }
  return startNatsServer({ program: found.path });
}

/** The temporary server is started again when it dies, on its own port and store. */
function keepServer(server: Awaited<ReturnType<typeof startNatsServer>>, progress: Progress, stop: AbortSignal): void {
  void server.exited.then(async () => {
    if (stop.aborted) return;
    progress.say('the NATS server died; it is started again');
    await server.restart().catch(() => undefined);
    keepServer(server, progress, stop);
  });
}

/** stage.json as a file of this machine: in the output folder, or copied from it to `copies`. */
async function stageFileOf(out: string, stageName: string, copies: string | undefined): Promise<string> {
  const path = stagePaths(stageName).stage;
  if (copies === undefined) return join(out, path);
  const content = await openStore(out).read(path);
  if (!content) throw new IntegrityError(`${out}/${path} is missing, though its stage has begun`);
  const file = join(copies, `${stageName}.json`);
  await writeFile(file, content);
  return file;
}

async function simulatorFor(
  model: string,
  runner: AskedModel['runner'],
  goldFiles: readonly string[],
  start: StartRole,
): Promise<string> {
  const gold = goldFiles.flatMap((file) => ['--gold', file]);
  const words = ['simulate', '--port', '0', '--model', model, '--runner', runner, ...gold];
  return new Promise((resolve) => {
    // It gets another port in another life, so it is not started again.
    const onLine = (line: string): void => resolve(String((JSON.parse(line) as { url: unknown }).url));
    start(`simulator of ${model}`, words, { onLine, restarts: 0 });
  });
}

/** Keeps a role running: deaths and temporary ends start it again, a second later. */
function keepRole(options: {
  name: string;
  words: readonly string[];
  env: Readonly<Record<string, string>>;
  progress: Progress;
  restarts: number;
  onLine: (line: string) => void;
}): Role {
  const { name, words, env, progress, restarts, onLine } = options;
  let child: ChildProcess | null = null;
  let stopping = false;

  const live = (): Promise<number | null> =>
    new Promise((resolve) => {
      const environment = { PROOFMILL_LOG: 'warn', ...process.env, ...env, [endsWithStdin]: '1' };
      child = spawn(process.execPath, [...process.execArgv, main, ...words], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: environment,
        detached: true,
      });
      if (child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
      child.on('close', (code) => resolve(code));
    });

  const ended = (async (): Promise<number> => {
    for (let life = 0; ; life += 1) {
      const code = await live();
      const final = code === exitCodes.done || code === exitCodes.configuration || code === exitCodes.limitBroken;
      if (final || stopping || life >= restarts) return code ?? exitCodes.unexpected;
      progress.say(`the ${name} ended (${code === null ? 'killed' : `exit code ${code}`}); it is started again`);
      await later(RESTART_MS);
      if (stopping) return code ?? exitCodes.unexpected;
    }
  })();

  return {
    name,
    ended,
    stop() {
      stopping = true;
      child?.kill('SIGTERM');
    },
  };
}

const later = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
