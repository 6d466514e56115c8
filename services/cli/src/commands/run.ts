import { openStore } from '@proofmill/blob';
import { exitCodes } from '@proofmill/contract';
import type { Coordinated } from '@proofmill/coordinate';
import {
  duration,
  everyFlag,
  type JobFlags,
  jobOf,
  jobWords,
  type Progress,
  progressOn,
  storedJobOf,
  withJobFlags,
} from '@proofmill/coordinator';
import { isComplete } from '@proofmill/folder';
import type { JobFile, StoredJobFile } from '@proofmill/job-files';
import {
  type Command,
  endSoon,
  exitCodeOfEnd,
  Option,
  positiveInteger,
  type Shutdown,
  shutdownOnSignals,
} from '@proofmill/runtime';
import { defaultWorkTimes } from '@proofmill/work';
import { holdOutput } from '../exclusive-run.ts';
import type { Driver } from '../executors/kubernetes.ts';
import { finishedOutput } from '../output.ts';

interface RunFlags extends JobFlags {
  readonly executor: 'local' | 'nats' | 'kubernetes';
  readonly engineWait: number;
  readonly show?: number;
  readonly every: number;
  readonly grace: number;
  readonly json?: boolean;
}

/** As long as a long answer of a busy engine takes. */
const defaultGraceSeconds = 120;

export function addRun(program: Command): void {
  withJobFlags(program.command('run').description('run a job to its end, or resume one that was stopped'))
    .addOption(
      new Option(
        '--executor <where>',
        "local: one process, no server; nats: processes around a NATS server; kubernetes: in a driver's pod, which makes Jobs",
      )
        .choices(['local', 'nats', 'kubernetes'])
        .default('local'),
    )
    .option(
      '--engine-wait <seconds>',
      'how long an engine may take until it answers for the first time (executors local and nats)',
      positiveInteger,
      defaultWorkTimes.engineWaitMs / 1000,
    )
    .option('--show <n>', 'print n rows at the end', positiveInteger)
    .option('--json', 'JSON lines on stdout: docs/progress.md')
    .option(...everyFlag)
    .option(
      '--grace <seconds>',
      'how long requests in flight may take after Ctrl-C or SIGTERM',
      positiveInteger,
      defaultGraceSeconds,
    )
    .action(async (path: string, flags: RunFlags) => {
      try {
        process.exitCode = await run(path, flags);
      } finally {
        endSoon();
      }
    });
}

async function run(path: string, flags: RunFlags): Promise<number> {
  const began = performance.now();
  const driver =
    flags.executor === 'kubernetes' ? await (await import('../executors/kubernetes.ts')).openDriver() : null;
  const reporting = driver?.reporting ?? ((attempt) => attempt());
  const jobFile: JobFile & Partial<StoredJobFile> = await reporting(() =>
    driver ? storedJobOf(path, flags) : jobOf(path, flags),
  );
  // On a cluster one driver runs a job: its Job has one pod.
  await using _held = driver ? null : await holdOutput(jobFile.job.spec.output.uri);
  const style = flags.json ? 'json' : process.stderr.isTTY ? 'terminal' : 'plain';
  const progress = progressOn(flags.json ? process.stdout : process.stderr, { style, everySeconds: flags.every });
  using shutdown = shutdownOnSignals({
    graceMs: flags.grace * 1000,
    onStop: (again) => progress.report(again ? 'stopping at once' : stoppingSentence(flags.grace)),
  });

  const wasComplete = await reporting(() => isComplete(openStore(jobFile.job.spec.output.uri)));
  if (!driver && !wasComplete) (await import('../engines.ts')).refuseMissingAccess(jobFile);
  const { code, limit } = await execute({ path, flags, driver, jobFile, progress, shutdown }).finally(progress.end);
  if (wasComplete && code === exitCodes.done)
    progress.report('this job was complete already, as it was planned: nothing was asked');

  const again = `resume: npx proofmill run ${path} with the same flags`;
  if (code === exitCodes.limitBroken) {
    progress.report(`a limit of the job is reached: ${limit}. Change limits, then ${again}`);
  } else if (shutdown.exitCode !== null && code !== exitCodes.done) {
    progress.report(`stopped; no answer is lost. To ${again}`);
  }
  if (code === exitCodes.done) await printResult(jobFile, flags, (performance.now() - began) / 1000);
  return code;
}

const stoppingSentence = (graceSeconds: number): string =>
  `stopping: no new tasks; those in hand have ${duration(graceSeconds)} to finish (Ctrl-C again stops at once)`;

interface Execution {
  readonly path: string;
  readonly flags: RunFlags;
  readonly driver: Driver | null;
  readonly jobFile: JobFile & Partial<StoredJobFile>;
  readonly progress: Progress;
  readonly shutdown: Shutdown;
}

interface ExecutionEnd {
  readonly code: number;
  /** The limit of the job that ended it. */
  readonly limit: string | null;
}

async function execute({ path, flags, driver, jobFile, progress, shutdown }: Execution): Promise<ExecutionEnd> {
  const { stop, abort } = shutdown;
  const engineWaitMs = flags.engineWait * 1000;
  const endOf = (coordinated: Coordinated): ExecutionEnd => ({
    code: exitCodeOfEnd(coordinated.ended, shutdown),
    limit: coordinated.ended === 'limit' ? coordinated.reason : null,
  });
  // Each executor is loaded when it is needed: it brings its own libraries.
  if (driver) {
    const { runOnKubernetes } = await import('../executors/kubernetes.ts');
    const { unknown = [] } = jobFile;
    const notices = unknown.map((field) => `this version of Proofmill does not know ${field}, and ignores it`);
    return endOf(await runOnKubernetes(driver, { jobFile, notices, stop, progress }));
  }
  if (flags.executor === 'local') {
    const { enginesOf } = await import('../engines.ts');
    const { runLocal } = await import('../executors/local.ts');
    using engines = enginesOf(jobFile.job, jobFile.baseDir, progress.report);
    return endOf(await runLocal({ jobFile, enginesOf: engines.of, engineWaitMs, stop, abort, progress }));
  }
  let limit: string | null = null;
  const { runOnNats } = await import('../executors/nats.ts');
  const code = await runOnNats({
    jobFile,
    jobArguments: jobWords(path, jobFile, flags),
    engineWaitMs,
    stop,
    abort,
    graceSeconds: flags.grace,
    progress,
    onEvent: (event) => {
      progress.onEvent(event);
      if (event.event === 'limit') limit = String(event.reason);
    },
  });
  return { code: shutdown.exitCode ?? code, limit };
}

async function printResult({ job }: JobFile, { json, show }: RunFlags, seconds: number): Promise<void> {
  const output = await finishedOutput(job.spec.output.uri);
  const { summaryOf } = await import('../terminal/summary.ts');
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: 'done', output: job.spec.output.uri, seconds, totals: output.totals })}\n`
      : `${await summaryOf({ job, output, seconds, rows: show ?? 0 })}\n`,
  );
}
