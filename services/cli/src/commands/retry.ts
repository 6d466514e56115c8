import {
  ConfigurationError,
  exitCodes,
  type FailureClass,
  failureClasses,
  type StageDefinition,
} from '@proofmill/contract';
import { type Coordinated, type OpenGeneration, openGeneration } from '@proofmill/coordinate';
import { everyFlag, type Progress, progressOn } from '@proofmill/coordinator';
import { isComplete, newestOutput, readStoredJob } from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';
import type { JobFile } from '@proofmill/job-files';
import {
  type Command,
  endSoon,
  exitCodeOfEnd,
  Option,
  positiveInteger,
  print,
  type Shutdown,
  shutdownOnSignals,
} from '@proofmill/runtime';
import { enginesOf, modelsOf, refuseMissingAccess } from '../engines.ts';
import { holdOutput } from '../exclusive-run.ts';
import {
  type EngineTimeFlags,
  engineDownFlag,
  engineWaitFlag,
  graceFlag,
  stoppingSentence,
  withEngineTimes,
} from '../executors/flags.ts';
import { existingOutput, finishedOutput, shownOutput } from '../output.ts';
import { failureClass, jobOfOutput, type StoredJobFlags } from '../stored-job.ts';
import { limitSentence } from '../terminal/limit-sentence.ts';

interface RetryFlags extends StoredJobFlags, EngineTimeFlags {
  readonly class?: FailureClass[];
  readonly maxTokens?: number;
  readonly executor: 'local' | 'nats';
  readonly show?: number;
  readonly every: number;
  readonly grace: number;
  readonly json?: boolean;
}

export function addRetry(program: Command): void {
  program
    .command('retry')
    .description(
      'ask again about the records of an output that failed; their labels join the others, and no committed byte changes',
    )
    .argument('<out>', 'output folder')
    .option(
      '--class <name>',
      'only failures of this class; may be repeated. Default: all that were asked about',
      failureClass,
    )
    .option(
      '--job <file>',
      'the job file, for addresses and keys of engines, fleet and limits, which the output folder does not hold',
    )
    .option('--engine <url>', 'address of the engine of every stage: http://HOST:PORT, unix:///PATH, simulator:')
    .option('--max-tokens <n>', 'longest answer of every stage, instead of sampling.maxTokens', positiveInteger)
    .option('--slots <n>', 'answers in flight, instead of fleet.slots', positiveInteger)
    .addOption(
      new Option('--executor <where>', 'local: one process, no server; nats: processes around a NATS server')
        .choices(['local', 'nats'])
        .default('local'),
    )
    .option(...engineWaitFlag)
    .option(...engineDownFlag)
    .option('--show <n>', 'print n rows at the end', positiveInteger)
    .option('--json', 'JSON lines on stdout, as docs/progress.md describes')
    .option(...everyFlag)
    .option(...graceFlag)
    .action(async (out: string, flags: RetryFlags) => {
      try {
        process.exitCode = await retryOutput(out, flags);
      } finally {
        endSoon();
      }
    });
}

async function retryOutput(out: string, flags: RetryFlags): Promise<number> {
  const began = performance.now();
  const store = existingOutput(out);
  await using _held = await holdOutput(out);
  const { jobFile: stored, definitions } = await jobOfOutput(out, store, flags);
  const jobFile = withEngineTimes(stored, flags);
  const { job } = jobFile;
  if (flags.job === undefined && !(await isComplete(store))) {
    throw new ConfigurationError(
      `${out} is not complete: it broke a limit of its job, or the job has not ended (\`proofmill status ${shownOutput(out)}\` says how far it is). Give the job file, which has the limits: proofmill retry ${shownOutput(out)} --job JOB.yaml`,
    );
  }
  refuseWithoutEngine(jobFile, definitions ?? (await readStoredJob(store)).stages.map(({ definition }) => definition));

  const progress = progressOf(flags);
  const opened = await openGeneration({
    job,
    store,
    codec: zstdCodec(),
    classes: flags.class ?? null,
    definitions,
    maxTokens: flags.maxTokens ?? null,
  });
  if (!opened) {
    progress.report(await nothingToAsk(out, flags));
    return exitCodes.done;
  }
  const { number, classes } = opened.generation;
  progress.report(
    `generation ${number}${opened.isResumed ? ', resumed' : ''}: records that failed${classes ? ` as ${classes.join(', ')}` : ''} are asked about again`,
  );
  using shutdown = shutdownOnSignals({
    graceMs: flags.grace * 1000,
    onStop: (again) => progress.report(again ? 'stopping at once' : stoppingSentence(flags.grace)),
  });
  const ended = await runOpened({ jobFile, flags, progress, shutdown }, opened).finally(progress.end);
  reportEnd(ended, { out, progress, shutdown });
  if (ended.ended === 'done') await printResult(jobFile, flags, (performance.now() - began) / 1000);
  return exitCodeOfEnd(ended.ended, shutdown);
}

function progressOf({ json, every }: RetryFlags): Progress {
  const style = json ? 'json' : process.stderr.isTTY ? 'terminal' : 'plain';
  return progressOn(json ? process.stdout : process.stderr, { style, everySeconds: every });
}

interface Execution {
  readonly jobFile: JobFile;
  readonly flags: RetryFlags;
  readonly progress: Progress;
  readonly shutdown: Shutdown;
}

async function runOpened(
  { jobFile, flags, progress, shutdown: { stop, abort } }: Execution,
  opened: OpenGeneration,
): Promise<Coordinated> {
  const working = { jobFile, stop, abort, progress };
  // Each executor is loaded when it is needed: it brings its own libraries.
  if (flags.executor === 'nats') {
    const { runGenerationOnNats } = await import('../executors/nats.ts');
    return await runGenerationOnNats({ ...working, graceSeconds: flags.grace }, opened);
  }
  const { runGenerationLocal } = await import('../executors/local.ts');
  using engines = enginesOf(jobFile.job, jobFile.baseDir, progress.report);
  return await runGenerationLocal({ ...working, enginesOf: engines.ofWorkers }, opened);
}

/** An engine or a key that is missing is found out before anything is written. */
function refuseWithoutEngine(jobFile: JobFile, definitions: readonly StageDefinition[]): void {
  const { job, baseDir } = jobFile;
  for (const [index, spec] of job.spec.pipeline.entries()) {
    const definition = definitions[index];
    try {
      if (definition) modelsOf(spec, definition, { baseDir, workers: 1 });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      throw new ConfigurationError(
        `${error.message}. The output folder holds no addresses; a job file does: --job JOB.yaml`,
        { cause: error },
      );
    }
  }
  refuseMissingAccess(jobFile);
}

async function nothingToAsk(out: string, flags: RetryFlags): Promise<string> {
  const output = await newestOutput(existingOutput(out));
  const counts = Object.entries(output?.totals.failedByClass ?? {});
  const failed = counts.map(([name, count]) => `${name} ${count}`).join(', ');
  if (failed === '') return 'nothing to ask again: every record has a label';
  const wanted = flags.class ? ` as ${flags.class.join(', ')}` : '';
  const remedies = counts
    .filter(([name]) => !flags.class || flags.class.includes(name as FailureClass))
    .map(([name]) => `  ${name}: ${failureClasses[name as FailureClass].remedy}`);
  return [
    `nothing to ask again: no record that was asked about has failed${wanted}. Without a label are: ${failed}`,
    ...remedies,
  ].join('\n');
}

function reportEnd(
  ended: Coordinated,
  { out, progress, shutdown }: { out: string; progress: Progress; shutdown: Shutdown },
): void {
  const again = `npx proofmill retry ${shownOutput(out)} with the same flags`;
  if (ended.ended === 'limit') {
    const run = ended.isAllAsked ? 'npx proofmill run with its job file' : again;
    progress.report(limitSentence(ended, { run, retry: again }));
  } else if (shutdown.exitCode !== null && ended.ended !== 'done') {
    progress.report(`stopped; no answer is lost. To resume: ${again}`);
  }
}

async function printResult({ job }: JobFile, { json, show }: RetryFlags, seconds: number): Promise<void> {
  const output = await finishedOutput(job.spec.output.uri);
  const { totals, generations } = output;
  const { summaryOf } = await import('../terminal/summary.ts');
  print(
    process.stdout,
    json
      ? `${JSON.stringify({ event: 'done', output: job.spec.output.uri, seconds, totals, generations })}\n`
      : `${await summaryOf({ job, output, seconds, rows: show ?? 0 })}\n`,
  );
}
