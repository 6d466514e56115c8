/** The roles of a run as commands, one process each: any number of workers and collectors. */

import { runCollector, type Share } from '@proofmill/collector';
import { ConfigurationError, exitCodes } from '@proofmill/contract';
import { exitCodeOfRun, runCoordinator } from '@proofmill/coordinator';
import { processLog, shutdownOnSignals } from '@proofmill/runtime';
import { runWorker } from '@proofmill/worker';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type JobFlags, jobOf, positiveInteger, withJobFlags } from '../job-arguments.ts';
import { progressOn } from '../progress.ts';

const GRACE_MS = 120_000;

const natsFlag = ['--nats <url>', 'NATS server with JetStream; default: NATS_URL'] as const;

function natsOf(flags: { nats?: string }): string {
  const nats = flags.nats ?? process.env.NATS_URL;
  if (nats === undefined) throw new ConfigurationError('where is NATS? Give --nats nats://HOST:4222, or set NATS_URL');
  return nats;
}

interface WorkerFlags {
  readonly stage: string;
  readonly engine: string;
  readonly firstEngine?: string;
  readonly nats?: string;
  readonly slots: number;
  readonly engineDown?: number;
  readonly grace: number;
}

interface CollectorFlags {
  readonly out: string;
  readonly nats?: string;
  readonly partitions?: number[];
  readonly share?: Share;
  readonly stage?: string;
}

export function addRoles(program: Command): void {
  withJobFlags(program.command('coordinator').description('plan and drive a job over NATS'), 'flag')
    .option(...natsFlag)
    .option('--json', 'JSON lines on stdout')
    .action(async (flags: JobFlags & { job: string; nats?: string; json?: boolean }) => {
      const log = processLog('coordinator');
      using shutdown = shutdownOnSignals({ graceMs: GRACE_MS });
      const progress = progressOn(process.stdout, flags.json ? 'json' : 'plain');
      const jobFile = await jobOf(flags.job, flags);
      const ended = await runCoordinator({ jobFile, nats: natsOf(flags), stop: shutdown.stop, log, events: progress });
      if (ended.ended === 'limit') progress.onEvent({ event: 'limit', reason: ended.reason });
      else progress.say(`the job is ${ended.ended}`);
      process.exitCode = exitCodeOfRun(ended.ended, shutdown.exitCode);
    });

  program
    .command('worker')
    .description('work for one stage: take tasks, ask the engine, publish outcomes')
    .requiredOption('--stage <file>', 'stage.json of the run (OUT/.proofmill/<stage>/stage.json)')
    .requiredOption('--engine <url>', 'address of the engine: http://HOST:PORT or unix:///PATH')
    .option('--first-engine <url>', "address of the first judge's engine, where that is another one")
    .option(...natsFlag)
    .option('--slots <n>', 'answers in flight', positiveInteger, 32)
    .option('--engine-down <seconds>', 'how long the engine may be away', positiveInteger)
    .option('--grace <seconds>', 'how long what is in flight may take after SIGTERM', positiveInteger, GRACE_MS / 1000)
    .action(async (flags: WorkerFlags) => {
      const log = processLog('worker');
      using shutdown = shutdownOnSignals({ graceMs: flags.grace * 1000 });
      const ended = await runWorker({
        stageFile: flags.stage,
        nats: natsOf(flags),
        engine: flags.engine,
        ...(flags.firstEngine === undefined ? {} : { firstEngine: flags.firstEngine }),
        slots: flags.slots,
        stop: shutdown.stop,
        abort: shutdown.abort,
        log,
        ...(flags.engineDown === undefined ? {} : { times: { engineDownMs: flags.engineDown * 1000 } }),
      });
      process.exitCode = ended === 'done' ? exitCodes.done : (shutdown.exitCode ?? exitCodes.drained);
    });

  program
    .command('collector')
    .description('collect outcomes into the output folder')
    .requiredOption('--out <dir>', 'output folder of the job')
    .option(...natsFlag)
    .option('--partitions <list>', 'partitions to collect, as 0,1; default: all of them', partitionList)
    .addOption(
      new Option('--share <i/n>', 'every n-th partition from i on, as 0/2 and 1/2 for two collectors')
        .argParser(shareOf)
        .conflicts('partitions'),
    )
    .option('--stage <name>', 'only this stage; default: all of them, one after the other')
    .action(async (flags: CollectorFlags) => {
      const log = processLog('collector');
      using shutdown = shutdownOnSignals({ graceMs: GRACE_MS });
      const { out, partitions, share, stage } = flags;
      const ended = await runCollector({
        out,
        nats: natsOf(flags),
        stop: shutdown.stop,
        log,
        ...(partitions ? { partitions } : {}),
        ...(share ? { share } : {}),
        ...(stage ? { stage } : {}),
      });
      process.exitCode = ended === 'done' ? exitCodes.done : (shutdown.exitCode ?? exitCodes.drained);
    });
}

function partitionList(text: string): number[] {
  const partitions = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (partitions.some((partition) => !Number.isInteger(partition) || partition < 0)) {
    throw new InvalidArgumentError('It must be a list of numbers from 0, as 0,1.');
  }
  return [...new Set(partitions)];
}

function shareOf(text: string): Share {
  const [, index = '', of = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const share = { index: Number(index), of: Number(of) };
  if (of === '' || share.index >= share.of) {
    throw new InvalidArgumentError('It must be I/N with I from 0 to N - 1, as 0/2 and 1/2.');
  }
  return share;
}
