import { openStore } from '@proofmill/blob';
import { ConfigurationError, exitCodes, type OutputManifest } from '@proofmill/contract';
import type { Coordinated, GrownLimit } from '@proofmill/coordinate';
import {
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
import { coordinatorMeters, openStatus, type Status } from '@proofmill/metrics';
import {
  type Command,
  endSoon,
  exitCodeOfEnd,
  Option,
  positiveInteger,
  print,
  processLog,
  type Shutdown,
  type StatusFlags,
  shutdownOnSignals,
  statusHostFlag,
  statusPortFlag,
} from '@proofmill/runtime';
import type { Engines } from '../engines.ts';
import { holdOutput } from '../exclusive-run.ts';
import {
  type EngineTimeFlags,
  engineDownFlag,
  engineWaitFlag,
  graceFlag,
  stoppingSentence,
  withEngineTimes,
} from '../executors/flags.ts';
import type { Driver } from '../executors/kubernetes.ts';
import { finishedOutput, shownOutput, unfinishedGeneration } from '../output.ts';
import { type BrokenLimit, limitSentence } from '../terminal/limit-sentence.ts';

interface RunFlags extends JobFlags, EngineTimeFlags, StatusFlags {
  readonly executor: 'local' | 'nats' | 'kubernetes';
  readonly show?: number;
  readonly every: number;
  readonly grace: number;
  readonly json?: boolean;
}

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
    .option(...engineWaitFlag)
    .option(...engineDownFlag)
    .option('--show <n>', 'print n rows at the end', positiveInteger)
    .option('--json', 'JSON lines on stdout, as docs/progress.md describes')
    .option(...everyFlag)
    .option(...graceFlag)
    .option(...statusPortFlag)
    .option(...statusHostFlag)
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
  await using status = await openDriverStatus(flags);
  const meters = status && coordinatorMeters(status);
  const driver =
    flags.executor === 'kubernetes' ? await (await import('../executors/kubernetes.ts')).openDriver(meters) : null;
  const reporting = driver?.reporting ?? ((attempt) => attempt());
  const jobFile: JobFile & Partial<StoredJobFile> = await reporting(async () =>
    driver ? storedJobOf(path, flags) : withEngineTimes(await jobOf(path, flags), flags),
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
  const { code, limit, extensions } = await execute({ path, flags, driver, jobFile, progress, shutdown }).finally(
    progress.end,
  );
  if (wasComplete && code === exitCodes.done && extensions === 0)
    progress.report('this job was already complete, as planned: nothing was asked');

  const again = `npx proofmill run ${path} with the same flags`;
  const retry = `npx proofmill retry ${shownOutput(jobFile.job.spec.output.uri)} --job ${path}`;
  if (limit) {
    progress.report(limitSentence(limit, { run: again, retry }));
  } else if (shutdown.exitCode !== null && code !== exitCodes.done) {
    progress.report(`stopped; no answer is lost. To resume: ${again}`);
  }
  if (code !== exitCodes.done) return code;
  const unfinished = await unfinishedGeneration(jobFile.job.spec.output.uri);
  if (unfinished) {
    const resume = unfinished.kind === 'retry' ? retry : `run the job with corpus.limit ${unfinished.to ?? 'left out'}`;
    progress.report(
      `generation ${unfinished.number} is not complete, and its records are not in the result. To resume it: ${resume}`,
    );
  }
  const output = await printResult(jobFile, flags, (performance.now() - began) / 1000);
  const { limitBrokenBy } = await import('@proofmill/coordinate');
  const broken = extensions === 0 ? null : limitBrokenBy(jobFile.job, output);
  if (broken === null) return code;
  progress.report(
    `the output is complete, and a limit of the job is broken: ${broken}. To ask again about the records that failed: ${retry}`,
  );
  return exitCodes.limitBroken;
}

/** The status of a driver's pod, where a flag asks for it. */
async function openDriverStatus({ executor, ...flags }: RunFlags): Promise<Status | null> {
  if (flags.statusPort === undefined) return null;
  if (executor !== 'kubernetes') {
    throw new ConfigurationError(
      '--status-port is for the executor kubernetes. Elsewhere, start the roles by hand and give each a port of its own: proofmill coordinator, worker and collector take --status-port too',
    );
  }
  return openStatus({ role: 'coordinator', ...flags, log: await processLog('driver') });
}

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
  readonly limit: BrokenLimit | null;
  /** Generations that were run because `corpus.limit` has grown. */
  readonly extensions: number;
}

/** Runs the job as its output was begun, and then what a larger limit adds. */
async function execute(execution: Execution): Promise<ExecutionEnd> {
  const { driver, jobFile, progress, shutdown } = execution;
  const { stop } = shutdown;
  // Each executor is loaded when it is needed: it brings its own libraries.
  if (driver) {
    const { runOnKubernetes } = await import('../executors/kubernetes.ts');
    const { unknown = [] } = jobFile;
    const notices = unknown.map((field) => `this version of Proofmill does not know ${field}, and ignores it`);
    return endOf(await runOnKubernetes(driver, { jobFile, notices, stop, progress }), shutdown);
  }
  const { job, baseDir } = jobFile;
  const { grownLimit } = await import('@proofmill/coordinate');
  const limit = await grownLimit({ job, store: openStore(job.spec.output.uri) });
  const { enginesOf } = await import('../engines.ts');
  using engines = enginesOf(job, baseDir, progress.report);
  const end = await executeFirst(execution, engines, limit?.first);
  if (!limit || end.code !== exitCodes.done) return end;
  return (await executeGrowth(execution, engines, limit)) ?? end;
}

/** What a larger limit adds; null for nothing. */
async function executeGrowth(
  { flags, jobFile, progress, shutdown }: Execution,
  engines: Engines,
  limit: GrownLimit,
): Promise<ExecutionEnd | null> {
  const { growToLimit } = await import('../executors/growing.ts');
  const { refuseMissingAccess } = await import('../engines.ts');
  const { stop, abort } = shutdown;
  const working = { jobFile, stop, abort, progress };
  const { coordinated, extensions } = await growToLimit({
    jobFile,
    limit,
    progress,
    async run(opened) {
      refuseMissingAccess(jobFile);
      if (flags.executor === 'nats') {
        const { runGenerationOnNats } = await import('../executors/nats.ts');
        return runGenerationOnNats({ ...working, graceSeconds: flags.grace }, opened);
      }
      const { runGenerationLocal } = await import('../executors/local.ts');
      return runGenerationLocal({ ...working, enginesOf: engines.ofWorkers }, opened);
    },
  });
  return coordinated && endOf(coordinated, shutdown, extensions);
}

const endOf = (coordinated: Coordinated, shutdown: Shutdown, extensions = 0): ExecutionEnd => ({
  code: exitCodeOfEnd(coordinated.ended, shutdown),
  limit: coordinated.ended === 'limit' ? coordinated : null,
  extensions,
});

/** Runs the job itself, with the limit that its output was begun with. */
async function executeFirst(
  { path, flags, jobFile, progress, shutdown }: Execution,
  engines: Engines,
  firstLimit: number | undefined,
): Promise<ExecutionEnd> {
  const { stop, abort } = shutdown;
  const { withLimit } = await import('@proofmill/coordinate');
  const first = firstLimit === undefined ? jobFile : { ...jobFile, job: withLimit(jobFile.job, firstLimit) };
  if (flags.executor === 'local') {
    const { runLocal } = await import('../executors/local.ts');
    const working = { jobFile: first, enginesOf: engines.ofWorkers, stop, abort, progress };
    return endOf(await runLocal(working), shutdown);
  }
  let limit: BrokenLimit | null = null;
  const { runOnNats } = await import('../executors/nats.ts');
  const code = await runOnNats({
    jobFile: first,
    jobArguments: jobWords(path, first, { ...flags, ...(firstLimit === undefined ? {} : { limit: firstLimit }) }),
    stop,
    abort,
    graceSeconds: flags.grace,
    progress,
    onEvent: (event) => {
      progress.onEvent(event);
      if (event.event === 'limit') limit = { reason: String(event.reason), isAllAsked: event.isAllAsked === true };
    },
  });
  return { code: shutdown.exitCode ?? code, limit, extensions: 0 };
}

async function printResult({ job }: JobFile, { json, show }: RunFlags, seconds: number): Promise<OutputManifest> {
  const output = await finishedOutput(job.spec.output.uri);
  const { summaryOf } = await import('../terminal/summary.ts');
  print(
    process.stdout,
    json
      ? `${JSON.stringify({ event: 'done', output: job.spec.output.uri, seconds, totals: output.totals })}\n`
      : `${await summaryOf({ job, output, seconds, rows: show ?? 0 })}\n`,
  );
  return output;
}
