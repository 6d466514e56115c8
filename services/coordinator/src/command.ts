import { Command, exitCodeOfEnd, natsFlag, natsUrlOf, runRole, undecorated } from '@proofmill/runtime';
import { type JobFlags, jobOf, withJobFlags } from './job-flags.ts';
import { progressOn } from './progress.ts';
import { runCoordinator } from './run.ts';

interface CoordinatorFlags extends JobFlags {
  readonly job: string;
  readonly nats?: string;
  readonly json?: boolean;
}

const graceMs = 120_000;

/** `proofmill coordinator`. */
export const coordinatorCommand = (decorate = undecorated): Command =>
  withJobFlags(new Command('coordinator').description('plan and drive a job over NATS'), 'flag')
    .option(...natsFlag)
    .option('--json', 'JSON lines on stdout')
    .action((flags: CoordinatorFlags) =>
      runRole({ name: 'coordinator', graceMs }, async ({ shutdown, log }) => {
        const progress = progressOn(process.stdout, flags.json ? 'json' : 'plain');
        const jobFile = await jobOf(flags.job, flags);
        const coordinated = await runCoordinator({
          jobFile,
          nats: natsUrlOf(flags),
          stop: shutdown.stop,
          log,
          events: progress,
          decorate,
        });
        if (coordinated.ended === 'limit') {
          const { reason, isAllAsked } = coordinated;
          progress.onEvent({ event: 'limit', reason, isAllAsked });
        } else progress.report(`the job is ${coordinated.ended}`);
        return exitCodeOfEnd(coordinated.ended, shutdown);
      }),
    );
