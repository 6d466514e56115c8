import { exitCodes, visible } from '@proofmill/contract';
import { everyFlag, progressOn } from '@proofmill/coordinator';
import { readLoop } from '@proofmill/job-files';
import { type Command, endSoon, Option, print, shutdownOnSignals, wholeNumber } from '@proofmill/runtime';
import { type LoopEnd, runLoop } from '@proofmill/training';
import { holdOutput } from '../exclusive-run.ts';
import { graceFlag, stoppingSentence } from '../executors/flags.ts';
import { onMachine } from '../loop/on-machine.ts';
import { openLoop } from '../loop/open-loop.ts';
import { servingIn } from '../loop/serving.ts';
import { shownOutput } from '../output.ts';

interface LoopFlags {
  readonly executor: 'local' | 'kubernetes';
  readonly through?: number;
  readonly every: number;
  readonly grace: number;
  readonly json?: boolean;
}

export function addLoop(program: Command): void {
  program
    .command('loop')
    .description(
      'run rounds of labelling, proving, training and evaluating, each with the judge that the round before has trained; or resume them',
    )
    .argument('<loop>', 'loop file (YAML)')
    .addOption(
      new Option(
        '--executor <where>',
        "local: jobs in this process, trainers and servers beside it; kubernetes: in the loop's pod, which makes ScoringJobs and Jobs",
      )
        .choices(['local', 'kubernetes'])
        .default('local'),
    )
    .option('--through <round>', 'end with 0 once this round is done, and begin no later one', wholeNumber)
    .option('--json', 'JSON lines on stdout, as docs/progress.md describes')
    .option(...everyFlag)
    .option(...graceFlag)
    .action(async (path: string, flags: LoopFlags) => {
      try {
        process.exitCode = await loop(path, flags);
      } finally {
        endSoon();
      }
    });
}

async function loop(path: string, { executor, through, json, every, grace }: LoopFlags): Promise<number> {
  const file = await readLoop(path);
  await using _held = await holdOutput(file.out);
  const style = json ? 'json' : process.stderr.isTTY ? 'terminal' : 'plain';
  const progress = progressOn(json ? process.stdout : process.stderr, { style, everySeconds: every });
  using shutdown = shutdownOnSignals({
    graceMs: grace * 1000,
    onStop: (again) => progress.report(again ? 'stopping at once' : stoppingSentence(grace)),
  });
  await using serving = servingIn(file.baseDir, shutdown.stop, progress.report);
  const given = { file, shutdown, progress };
  // Loaded when it is needed: it brings its own libraries.
  const cluster = executor === 'kubernetes' ? await import('../loop/on-cluster.ts') : null;
  const place = cluster ? await cluster.onCluster(given) : onMachine({ ...given, serving });
  const end = await runLoop(file.loop, await openLoop({ ...given, place }), through)
    .catch((error: unknown): LoopEnd => {
      // What is stopped while a server starts, rejects.
      if (shutdown.stop.aborted) return { ended: 'stopped' };
      throw error;
    })
    .finally(progress.end);
  if (json) print(process.stdout, `${JSON.stringify({ event: 'done', output: file.out, ...end })}\n`);
  return told(end, { path, out: file.out, exitCode: shutdown.exitCode, say: progress.report });
}

interface Telling {
  readonly path: string;
  readonly out: string;
  readonly exitCode: number | null;
  readonly say: (sentence: string) => void;
}

/** Says how the loop ended; gives the exit code. */
function told(end: LoopEnd, { path, out, exitCode, say }: Telling): number {
  if (end.ended === 'stopped') {
    say(`stopped; what is done stays done. To resume: npx proofmill loop ${visible(path)}`);
    return exitCode ?? exitCodes.drained;
  }
  if (end.ended === 'gate') {
    const serve = end.parent
      ? `the judge to serve stays ${weightsText(end.parent, out)}`
      : 'there is no judge to serve';
    say(
      `the gate after round ${end.round.number} has failed: ${visible(end.verdict.why)}. No further round begins, and ${serve}. Another judge needs another loop: change what it is trained on, and name a new output folder`,
    );
    return exitCodes.limitBroken;
  }
  if (end.ended === 'reached') {
    say(
      `round ${end.last.round} is done, and --through asks for no later one; the judge to serve is ${weightsText(end.judge, out)}`,
    );
    return exitCodes.done;
  }
  say(`${shownOutput(out)} is complete; the judge to serve is ${weightsText(end.judge, out)}`);
  return exitCodes.done;
}

const weightsText = (
  { place, isTrained }: { readonly place: string; readonly isTrained: boolean },
  out: string,
): string => visible(isTrained ? `${shownOutput(out)}/${place}` : place);
