import { openStatus, workerMeters } from '@proofmill/metrics';
import {
  Command,
  decoratedBy,
  exitCodeOfEnd,
  natsFlag,
  natsUrlOf,
  positiveInteger,
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
  readonly engine: string;
  readonly firstEngine?: string;
  readonly engineAccess?: string;
  readonly firstEngineAccess?: string;
  readonly nats?: string;
  readonly slots: number;
  readonly engineWait: number;
  readonly engineDown: number;
  readonly grace: number;
  readonly nodeRank: number;
  readonly mayLeave?: string;
  readonly json?: boolean;
}

const graceSeconds = 120;

/** `proofmill worker`. */
export const workerCommand = (decorate = undecorated): Command =>
  new Command('worker')
    .description('work for one stage: take tasks, ask the engine, publish outcomes')
    .requiredOption('--stage <file>', 'stage.json of the run (OUT/.proofmill/<stage>/stage.json)')
    .requiredOption('--engine <url>', 'address of the engine: http://HOST:PORT or unix:///PATH')
    .option('--engine-access <json>', 'how the engine is reached, as in a job file: {"apiKey":{"env":"NAME"}}')
    .option('--first-engine <url>', "address of the first judge's engine; default: that of --engine, if it serves both")
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
    .option('--grace <seconds>', 'how long work in flight may take after SIGTERM', positiveInteger, graceSeconds)
    .option('--may-leave <file>', 'once this file exists, end after half a minute without anything to do')
    .option(...statusPortFlag)
    .option(...statusHostFlag)
    .option('--json', 'JSON lines on stdout with the counts of answers and items, one a second while they change')
    .action(({ stage, engine, slots, engineWait, engineDown, grace, nodeRank, json, ...flags }: WorkerFlags) =>
      runRole({ name: 'worker', graceMs: grace * 1000 }, async ({ shutdown, log }) => {
        if (nodeRank > 0) {
          await using _status = await openStatus({ role: 'node', ...flags, log });
          log.info('this node has a part of the engine, and node 0 works', { nodeRank });
          await stopped(shutdown.stop);
          return exitCodeOfEnd('stopped', shutdown);
        }
        // Loaded when it runs: who only wants the engine's key needs no NATS client.
        const { runWorker } = await import('./run.ts');
        await using status = await openStatus({ role: 'worker', ...flags, log });
        const meters = status && workerMeters(status, slots);
        using reports = new DisposableStack();
        const ended = await runWorker({
          stageFile: stage,
          engine,
          ...flags,
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
      }),
    );

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
