import { openStore } from '@proofmill/blob';
import { exitCodes, type OutputManifest } from '@proofmill/contract';
import { brokenLimit, type Coordinated, grownLimit, withLimit } from '@proofmill/coordinate';
import { type JobFlags, jobOf, jobWords, type Progress, progressOn, withJobFlags } from '@proofmill/coordinator';
import { isComplete } from '@proofmill/folder';
import type { JobFile } from '@proofmill/job-files';
import {
  type Command,
  endSoon,
  exitCodeOfEnd,
  Option,
  positiveInteger,
  type Shutdown,
  shutdownOnSignals,
} from '@proofmill/runtime';
import { type Engines, enginesOf } from '../engines.ts';
import { growToLimit } from '../executors/growing.ts';
import { type Driver, openDriver, runOnKubernetes } from '../executors/kubernetes.ts';
import { runGenerationLocal, runLocal } from '../executors/local.ts';
import { runGenerationOnNats, runOnNats } from '../executors/nats.ts';
import { finishedOutput, shownOutput, unfinishedGeneration } from '../output.ts';
import { type BrokenLimit, limitSentence } from '../terminal/limit-sentence.ts';
import { summaryOf } from '../terminal/summary.ts';

interface RunFlags extends JobFlags {
  readonly executor: 'local' | 'nats' | 'kubernetes';
  readonly show?: number;
  readonly json?: boolean;
}

/** How long a drain may take; a second Ctrl-C shortens it. */
const graceMs = 10 * 60_000;

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
    .option('--show <n>', 'print n rows at the end', positiveInteger)
    .option('--json', 'JSON lines on stdout')
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
  const driver = flags.executor === 'kubernetes' ? await openDriver() : null;
  const reporting = driver?.reporting ?? ((attempt) => attempt());
  const jobFile = await reporting(() => jobOf(path, flags));
  const style = flags.json ? 'json' : process.stderr.isTTY ? 'terminal' : 'plain';
  const progress = progressOn(flags.json ? process.stdout : process.stderr, style);
  using shutdown = shutdownOnSignals({
    graceMs,
    onStop: (again) =>
      progress.report(
        again ? 'stopping at once' : 'stopping: work in flight is finished first (Ctrl-C again stops at once)',
      ),
  });

  const wasComplete = await reporting(() => isComplete(openStore(jobFile.job.spec.output.uri)));
  const { code, limit, extensions } = await execute({ path, flags, driver, jobFile, progress, shutdown });
  progress.end();
  if (wasComplete && code === exitCodes.done && extensions === 0)
    progress.report('this job was complete already: nothing was asked');

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
      `generation ${unfinished.number} is not complete, and the result is without it. To resume it: ${resume}`,
    );
  }
  const { totals } = await printResult(jobFile, flags, (performance.now() - began) / 1000);
  const broken = extensions === 0 ? null : brokenLimit(jobFile.job, totals, totals);
  if (broken === null) return code;
  progress.report(
    `the output is complete, and a limit of the job is broken: ${broken}. To ask again about the records that failed: ${retry}`,
  );
  return exitCodes.limitBroken;
}

interface Execution {
  readonly path: string;
  readonly flags: RunFlags;
  readonly driver: Driver | null;
  readonly jobFile: JobFile;
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
  const { driver, jobFile, flags, progress, shutdown } = execution;
  const { stop, abort } = shutdown;
  if (driver) return endOf(await runOnKubernetes(driver, { jobFile, stop, progress }), shutdown);
  const { job, baseDir } = jobFile;
  const limit = await grownLimit({ job, store: openStore(job.spec.output.uri) });
  using engines = enginesOf(job, baseDir);
  const end = await executeFirst(execution, engines, limit?.first);
  if (!limit || end.code !== exitCodes.done) return end;
  const { coordinated, extensions } = await growToLimit({
    jobFile,
    limit,
    progress,
    run: (opened) =>
      flags.executor === 'nats'
        ? runGenerationOnNats({ jobFile, stop, abort, progress }, opened)
        : runGenerationLocal({ jobFile, engineOf: engines.of, stop, abort, events: progress }, opened),
  });
  return coordinated ? endOf(coordinated, shutdown, extensions) : end;
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
  const first = firstLimit === undefined ? jobFile : { ...jobFile, job: withLimit(jobFile.job, firstLimit) };
  if (flags.executor === 'local') {
    return endOf(await runLocal({ jobFile: first, engineOf: engines.of, stop, abort, events: progress }), shutdown);
  }
  let limit: BrokenLimit | null = null;
  const code = await runOnNats({
    jobFile: first,
    jobArguments: jobWords(path, first, { ...flags, ...(firstLimit === undefined ? {} : { limit: firstLimit }) }),
    stop,
    abort,
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
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: 'done', output: job.spec.output.uri, seconds, totals: output.totals })}\n`
      : `${await summaryOf({ job, output, seconds, rows: show ?? 0 })}\n`,
  );
  return output;
}
