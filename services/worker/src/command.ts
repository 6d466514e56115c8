import { Command, exitCodeOfEnd, natsFlag, natsUrlOf, positiveInteger, runRole, undecorated } from '@proofmill/runtime';
import { reportActivity } from './report-activity.ts';

interface WorkerFlags {
  readonly stage: string;
  readonly engine: string;
  readonly firstEngine?: string;
  readonly nats?: string;
  readonly slots: number;
  readonly engineDown?: number;
  readonly grace: number;
  readonly json?: boolean;
}

const graceSeconds = 120;

/** `proofmill worker`. */
export const workerCommand = (decorate = undecorated): Command =>
  new Command('worker')
    .description('work for one stage: take tasks, ask the engine, publish outcomes')
    .requiredOption('--stage <file>', 'stage.json of the run (OUT/.proofmill/<stage>/stage.json)')
    .requiredOption('--engine <url>', 'address of the engine: http://HOST:PORT or unix:///PATH')
    .option('--first-engine <url>', "address of the first judge's engine, if it is not the same")
    .option(...natsFlag)
    .option('--slots <n>', 'answers in flight', positiveInteger, 32)
    .option('--engine-down <seconds>', 'how long the engine may be away', positiveInteger)
    .option('--grace <seconds>', 'how long work in flight may take after SIGTERM', positiveInteger, graceSeconds)
    .option('--json', 'JSON lines on stdout, one a second while they change: answers and items counted')
    .action(({ stage, engine, firstEngine, slots, engineDown, grace, json, ...flags }: WorkerFlags) =>
      runRole({ name: 'worker', graceMs: grace * 1000 }, async ({ shutdown, log }) => {
        // Loaded when it runs: who only wants the engine's key needs no NATS client.
        const { runWorker } = await import('./run.ts');
        using reports = new DisposableStack();
        const ended = await runWorker({
          stageFile: stage,
          nats: natsUrlOf(flags),
          engine,
          ...(firstEngine === undefined ? {} : { firstEngine }),
          slots,
          stop: shutdown.stop,
          abort: shutdown.abort,
          log,
          ...(json ? { onBegin: (read) => void reports.use(reportActivity(read, process.stdout)) } : {}),
          ...(engineDown === undefined ? {} : { times: { engineDownMs: engineDown * 1000 } }),
          decorate,
        });
        return exitCodeOfEnd(ended, shutdown);
      }),
    );
