import { openStore } from '@proofmill/blob';
import { exitCodes } from '@proofmill/contract';
import { exitCodeOfRun } from '@proofmill/coordinator';
import { isComplete } from '@proofmill/folder';
import { shutdownOnSignals } from '@proofmill/runtime';
import { type Command, Option } from 'commander';
import { enginesOf } from '../engines.ts';
import { type JobFlags, jobOf, jobWords, positiveInteger, withJobFlags } from '../job-arguments.ts';
import { openDriver, runOnKubernetes } from '../kubernetes-executor.ts';
import { runLocal } from '../local.ts';
import { runOnNats } from '../nats-executor.ts';
import { finishedOutput } from '../output.ts';
import { progressOn } from '../progress.ts';
import { summaryOf } from '../summary.ts';

interface RunFlags extends JobFlags {
  readonly executor: 'local' | 'nats' | 'kubernetes';
  readonly show?: number;
  readonly json?: boolean;
}

/** How long a drain may take; a second Ctrl-C shortens it. */
const GRACE_MS = 10 * 60_000;

export function addRun(program: Command): void {
  withJobFlags(program.command('run').description('run a job to its end, or go on with one that was stopped'))
    .addOption(
      new Option(
        '--executor <where>',
        "local: one process, no server; nats: processes around a NATS server; kubernetes: in a driver's pod, which makes Jobs",
      )
        .choices(['local', 'nats', 'kubernetes'])
        .default('local'),
    )
    .option('--show <n>', 'print n rows at the end', positiveInteger)
    .option('--json', 'JSON lines on stdout')
    .action(async (path: string, flags: RunFlags) => {
      process.exitCode = await run(path, flags);
    });
}

async function run(path: string, flags: RunFlags): Promise<number> {
  const began = performance.now();
  const driver = flags.executor === 'kubernetes' ? await openDriver() : null;
  const reporting = driver?.reporting ?? ((attempt) => attempt());
  const jobFile = await reporting(() => jobOf(path, flags));
  const { job, baseDir } = jobFile;
  const style = flags.json ? 'json' : process.stderr.isTTY ? 'terminal' : 'plain';
  const progress = progressOn(flags.json ? process.stdout : process.stderr, style);
  using shutdown = shutdownOnSignals({
    graceMs: GRACE_MS,
    onStop: (again) =>
      progress.say(
        again ? 'stopping at once' : 'stopping: what is under way is finished first (Ctrl-C again stops at once)',
      ),
  });

  const wasComplete = await reporting(() => isComplete(openStore(job.spec.output.uri)));
  let code: number;
  let reason: string | null = null;
  if (flags.executor === 'local') {
    using engines = enginesOf(job, baseDir);
    const ended = await runLocal({
      jobFile,
      engineOf: engines.of,
      stop: shutdown.stop,
      abort: shutdown.abort,
      events: progress,
    });
    code = exitCodeOfRun(ended.ended, shutdown.exitCode);
    if (ended.ended === 'limit') reason = ended.reason;
  } else if (driver) {
    const ended = await runOnKubernetes(driver, { jobFile, stop: shutdown.stop, progress });
    code = exitCodeOfRun(ended.ended, shutdown.exitCode);
    if (ended.ended === 'limit') reason = ended.reason;
  } else {
    code = await runOnNats({
      jobFile,
      jobArguments: jobWords(path, jobFile, flags),
      stop: shutdown.stop,
      abort: shutdown.abort,
      progress,
      onEvent: (event) => {
        progress.onEvent(event);
        if (event.event === 'limit') reason = String(event.reason);
      },
    });
    code = shutdown.exitCode ?? code;
  }
  progress.end();
  if (wasComplete && code === exitCodes.done) progress.say('this job was complete already: nothing was asked');

  const again = `go on: npx proofmill run ${path} with the same flags`;
  if (code === exitCodes.limitBroken)
    progress.say(`a limit of the job is reached: ${reason}. Change limits, then ${again}`);
  else if (shutdown.exitCode !== null && code !== exitCodes.done)
    progress.say(`stopped; nothing that was answered is lost. To ${again}`);
  if (code !== exitCodes.done) return code;

  const output = await finishedOutput(job.spec.output.uri);
  const seconds = (performance.now() - began) / 1000;
  if (flags.json)
    process.stdout.write(
      `${JSON.stringify({ event: 'done', output: job.spec.output.uri, seconds, totals: output.totals })}\n`,
    );
  else process.stdout.write(`${await summaryOf({ job, output, seconds, rows: flags.show ?? 0 })}\n`);
  return code;
}
