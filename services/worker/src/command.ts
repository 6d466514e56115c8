import { openStatus, workerMeters } from '@proofmill/metrics';
import {
  Command,
  decoratedBy,
  exitCodeOfEnd,
  natsFlag,
  natsUrlOf,
  type PortDecorator,
  positiveInteger,
  type RoleContext,
  runRole,
  type StatusFlags,
  statusHostFlag,
  statusPortFlag,
  undecorated,
  wholeNumber,
} from '@proofmill/runtime';
import { defaultWorkTimes } from '@proofmill/work';
import { reportActivity } from './report-activity.ts';

interface WorkerFlags extends StatusFlags {
  readonly stage: string;
  readonly engine: readonly string[];
  readonly firstEngine?: readonly string[];
  readonly engineAccess?: string;
  readonly firstEngineAccess?: string;
  readonly nats?: string;
  readonly slots: number;
  readonly engineWait: number;
  readonly engineDown: number;
  readonly grace: number;
  readonly nodeRank: number;
  readonly worker: number;
  readonly mayLeave?: string;
  readonly json?: boolean;
}

const graceSeconds = 120;

/** `proofmill worker`. */
export const workerCommand = (decorate = undecorated): Command =>
  new Command('worker')
    .description('work for one stage: take tasks, ask the engine, publish outcomes')
    .requiredOption('--stage <file>', 'stage.json of the run (OUT/.proofmill/<stage>/stage.json)')
    .requiredOption(
      '--engine <url...>',
      'address of the engine: http://HOST:PORT or unix:///PATH; of several servers all, of which this worker asks one',
    )
    .option('--engine-access <json>', 'how the engine is reached, as in a job file: {"apiKey":{"env":"NAME"}}')
    .option(
      '--first-engine <url...>',
      "address of the first judge's engine, or several; default: that of --engine, if it serves both",
    )
    .option('--first-engine-access <json>', 'how the engine at --first-engine is reached')
    .option(...natsFlag)
    .option('--slots <n>', 'answers in flight', positiveInteger, 32)
    .option(
      '--engine-wait <seconds>',
      'how long to wait until the engine responds for the first time',
      positiveInteger,
      defaultWorkTimes.engineWaitMs / 1000,
    )
    .option(
      '--engine-down <seconds>',
      'how long to wait for an engine that no longer responds',
      positiveInteger,
      defaultWorkTimes.engineDownMs / 1000,
    )
    .option(
      '--node-rank <n>',
      'the number of this node, where the engine takes several: node 0 works, and any other waits until it is stopped',
      wholeNumber,
      0,
    )
    .option(
      '--worker <n>',
      'the number of this worker, from 0: of several servers it asks that one, from the start again after the last',
      wholeNumber,
      0,
    )
    .option('--grace <seconds>', 'how long work in flight may take after SIGTERM', positiveInteger, graceSeconds)
    .option('--may-leave <file>', 'once this file exists, end after half a minute without anything to do')
    .option(...statusPortFlag)
    .option(...statusHostFlag)
    .option('--json', 'JSON lines on stdout with the counts of answers and items, one a second while they change')
    .action((flags: WorkerFlags) => runAsRole(flags, decorate));

const runAsRole = (flags: WorkerFlags, decorate: PortDecorator): Promise<void> =>
  runRole({ name: 'worker', graceMs: flags.grace * 1000 }, (role) =>
    flags.nodeRank > 0 ? keepNode(flags, role) : workInRole(flags, decorate, role),
  );

/** A node that only has a part of the engine. */
async function keepNode({ nodeRank, ...flags }: WorkerFlags, { shutdown, log }: RoleContext): Promise<number> {
  await using _status = await openStatus({ role: 'node', ...flags, log });
  log.info('this node has a part of the engine, and node 0 works', { nodeRank });
  await stopped(shutdown.stop);
  return exitCodeOfEnd('stopped', shutdown);
}

async function workInRole(
  { stage, engine, firstEngine, worker, slots, engineWait, engineDown, json, ...flags }: WorkerFlags,
  decorate: PortDecorator,
  { shutdown, log }: RoleContext,
): Promise<number> {
  // Loaded when it runs: who only wants the engine's key needs no NATS client.
  const { runWorker } = await import('./run.ts');
  await using status = await openStatus({ role: 'worker', ...flags, log });
  const meters = status && workerMeters(status, slots);
  using reports = new DisposableStack();
  const ended = await runWorker({
    stageFile: stage,
    ...flags,
    engine: serverOf(worker, engine),
    ...(firstEngine === undefined ? {} : { firstEngine: serverOf(worker, firstEngine) }),
    nats: natsUrlOf(flags),
    slots,
    stop: shutdown.stop,
    abort: shutdown.abort,
    log,
    ...(json ? { onBegin: (read) => void reports.use(reportActivity(read, process.stdout)) } : {}),
    times: { engineWaitMs: engineWait * 1000, engineDownMs: engineDown * 1000 },
    decorate: decoratedBy(decorate, meters?.decorate),
    meters,
  });
  return exitCodeOfEnd(ended === 'left' ? 'done' : ended, shutdown);
}

/** Of several servers of a model, the one that this worker asks. */
const serverOf = (worker: number, addresses: readonly string[]): string => addresses[worker % addresses.length] ?? '';

/** Resolves when the signal fires. A timer keeps the process alive until then, as nothing else does. */
function stopped(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const alive = setInterval(() => undefined, 3_600_000);
  const end = (): void => {
    clearInterval(alive);
    resolve();
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return promise;
}
