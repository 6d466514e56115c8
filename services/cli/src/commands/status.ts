import { statusReader } from '@proofmill/audit';
import { openJournals } from '@proofmill/blob';
import { ConfigurationError, exitCodes, type StageFile, stagePaths } from '@proofmill/contract';
import { costsOf } from '@proofmill/coordinate';
import { jobOf, runMeter } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import {
  type Command,
  paintFor,
  positiveInteger,
  print,
  type Shutdown,
  shutdownOnSignals,
  systemClock,
} from '@proofmill/runtime';
import { isLoopFolder, readRounds } from '@proofmill/training';
import { runOf } from '../exclusive-run.ts';
import { existingOutput, folderOfRun } from '../output.ts';
import { blockOn } from '../terminal/block.ts';
import { loopStatusText } from '../terminal/loop-text.ts';
import { readableStatus, type ShownStatus } from '../terminal/status-text.ts';

interface StatusFlags {
  readonly job?: string;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly every: number;
}

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('show how far a job is, from its output folder alone; also while it runs')
    .argument('<out>', 'output folder')
    .option('--job <file>', 'job file, to show the cost by its prices')
    .option('--watch', 'show it again whenever it changes, until the job is complete or Ctrl-C')
    .option('--every <seconds>', 'with --watch: how often to look', positiveInteger, 2)
    .option('--json', 'JSON on stdout; with --watch one line whenever it changes')
    .action(async (out: string, flags: StatusFlags) => {
      if (await isLoopFolder(existingOutput(out))) return printLoop(out, flags);
      const journalsOf = ({ definition }: StageFile, generation: number) =>
        openJournals(folderOfRun(out, generation), stagePaths(definition.name).journal);
      const readFolder = statusReader({ store: existingOutput(out), journalsOf, crc32: zstdCodec().crc32 });
      const job = flags.job === undefined ? null : (await jobOf(flags.job, {})).job;
      const read = async (): Promise<ShownStatus> => {
        const found = await readFolder();
        const runs = [found, ...found.generations];
        const costs = job ? { costs: runs.flatMap(({ stages }) => costsOf(job, stages)) } : {};
        return { ...found, out, run: await runOf(out), ...costs };
      };
      if (flags.watch) {
        using shutdown = shutdownOnSignals({ graceMs: 0 });
        process.exitCode = await watch(read, flags, shutdown);
      } else {
        const found = await read();
        print(
          process.stdout,
          `${flags.json ? JSON.stringify(found) : readableStatus(found, null, paintFor(process.stdout))}\n`,
        );
      }
    });
}

/** How far a loop is. */
async function printLoop(out: string, { json, watch: isWatched, job }: StatusFlags): Promise<void> {
  if (isWatched || job !== undefined)
    throw new ConfigurationError(
      `${out} is the folder of a loop, and --watch and --job are for outputs of jobs, such as ${out}/round-001/label-prove: leave them out, or name one`,
    );
  const rounds = await readRounds(existingOutput(out));
  print(process.stdout, json ? `${JSON.stringify({ out, rounds })}\n` : `${loopStatusText(out, rounds)}\n`);
}

/** Shows the status until the job is complete or the user stops it; gives the exit code. */
async function watch(
  read: () => Promise<ShownStatus>,
  { json, every }: StatusFlags,
  shutdown: Shutdown,
): Promise<number> {
  const { stop } = shutdown;
  const clock = systemClock();
  const block = blockOn(process.stdout);
  const meter = runMeter();
  let run = '';
  let given = 0;
  let before = '';
  while (!stop.aborted) {
    const found = await read();
    const stages = [found, ...found.generations].flatMap((each) => each.stages);
    const current = stages.find(({ phase }) => phase === 'planning' || phase === 'running');
    if (current && current.run !== run) {
      run = current.run;
      given = current.finished;
      meter.begin(current.stage);
    }
    if (current) {
      // Before planning has ended, the number of records so far is no total.
      if (current.phase === 'running') meter.setTotal(current.records);
      meter.setRecords(current.finished, given);
      meter.setFailed(current.totals.failed);
    }
    const reading = current ? meter.read(clock.now()) : null;
    const state = JSON.stringify(found);
    if (json && state !== before) {
      const { recordsPerSecond = null, secondsLeft = null } = reading ?? {};
      print(process.stdout, `${JSON.stringify({ ...found, recordsPerSecond, secondsLeft })}\n`);
    } else if (!json && (block.isRewritten || state !== before)) {
      block.show(readableStatus(found, reading, paintFor(process.stdout)));
    }
    before = state;
    if (found.complete && found.generations.every(({ complete }) => complete)) return exitCodes.done;
    if (found.nothingMade !== null) return exitCodes.configuration;
    await clock.sleep(every * 1000, stop);
  }
  return shutdown.exitCode ?? exitCodes.drained;
}
