import { coordinatorMeters, openStatus } from '@proofmill/metrics';
import {
  Command,
  decoratedBy,
  exitCodeOfEnd,
  natsFlag,
  natsReplicasFlag,
  natsReplicasOf,
  natsUrlOf,
  positiveInteger,
  runRole,
  type StatusFlags,
  statusHostFlag,
  statusPortFlag,
  undecorated,
} from '@proofmill/runtime';
import { countedEvents } from './counted-events.ts';
import { type JobFlags, jobOf, withJobFlags } from './job-flags.ts';
import { runCoordinator } from './load-run.ts';
import { defaultEverySeconds, progressOn } from './progress.ts';

interface CoordinatorFlags extends JobFlags, StatusFlags {
  readonly job: string;
  readonly nats?: string;
  readonly natsReplicas?: string;
  readonly json?: boolean;
  readonly every: number;
}

const graceMs = 120_000;

/** How often a command that reports progress prints a line. */
export const everyFlag = [
  '--every <seconds>',
  'how often to print a line of progress, where it is not rewritten in place on a terminal; without news, every sixth time',
  positiveInteger,
  defaultEverySeconds,
] as const;

/** `proofmill coordinator`. */
export const coordinatorCommand = (decorate = undecorated): Command =>
  withJobFlags(new Command('coordinator').description('plan and drive a job over NATS'), 'flag')
    .option(...natsFlag)
    .option(...natsReplicasFlag)
    .option(...statusPortFlag)
    .option(...statusHostFlag)
    .option('--json', 'JSON lines on stdout, as docs/progress.md describes')
    .option(...everyFlag)
    .action((flags: CoordinatorFlags) =>
      runRole({ name: 'coordinator', graceMs }, async ({ shutdown, log }) => {
        await using status = await openStatus({ role: 'coordinator', ...flags, log });
        const meters = status && coordinatorMeters(status);
        const style = flags.json ? 'json' : 'plain';
        const progress = progressOn(process.stdout, { style, everySeconds: flags.every });
        const jobFile = await jobOf(flags.job, flags);
        const coordinated = await runCoordinator({
          jobFile,
          nats: natsUrlOf(flags),
          natsReplicas: natsReplicasOf(flags),
          stop: shutdown.stop,
          log,
          events: meters ? countedEvents(progress, meters.events) : progress,
          decorate: decoratedBy(decorate, meters?.decorate),
          ...(meters ? { onNats: meters.onNats } : {}),
        });
        progress.end();
        if (coordinated.ended === 'limit') {
          const { reason, isAllAsked } = coordinated;
          progress.onEvent({ event: 'limit', reason, isAllAsked });
        } else progress.report(`the job is ${coordinated.ended}`);
        return exitCodeOfEnd(coordinated.ended, shutdown);
      }),
    );
