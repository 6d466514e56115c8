import { collectorMeters, openStatus } from '@proofmill/metrics';
import {
  Command,
  decoratedBy,
  exitCodeOfEnd,
  natsFlag,
  natsUrlOf,
  Option,
  runRole,
  type StatusFlags,
  statusHostFlag,
  statusPortFlag,
  undecorated,
} from '@proofmill/runtime';
import { partitionList, type Share, shareOf } from './partitions.ts';
import { runCollector } from './run.ts';

interface CollectorFlags extends StatusFlags {
  readonly out: string;
  readonly nats?: string;
  readonly partitions?: number[];
  readonly share?: Share;
  readonly stage?: string;
}

const graceMs = 120_000;

/** `proofmill collector`. */
export const collectorCommand = (decorate = undecorated): Command =>
  new Command('collector')
    .description('collect outcomes into the output folder')
    .requiredOption('--out <dir>', 'output folder of the job')
    .option(...natsFlag)
    .option('--partitions <list>', 'partitions to collect, such as 0,1; default: all of them', partitionList)
    .addOption(
      new Option('--share <i/n>', 'every n-th partition, starting with number i: 0/2 and 1/2 for two collectors')
        .argParser(shareOf)
        .conflicts('partitions'),
    )
    .option('--stage <name>', 'only this stage; default: all of them, one after the other')
    .option(...statusPortFlag)
    .option(...statusHostFlag)
    .action(({ out, partitions, share, stage, ...flags }: CollectorFlags) =>
      runRole({ name: 'collector', graceMs }, async ({ shutdown, log }) => {
        await using status = await openStatus({ role: 'collector', ...flags, log });
        const meters = status && collectorMeters(status);
        const ended = await runCollector({
          out,
          nats: natsUrlOf(flags),
          ...(partitions ? { partitions } : {}),
          ...(share ? { share } : {}),
          ...(stage ? { stage } : {}),
          stop: shutdown.stop,
          log,
          decorate: decoratedBy(decorate, meters?.decorate),
          meters,
        });
        return exitCodeOfEnd(ended, shutdown);
      }),
    );
