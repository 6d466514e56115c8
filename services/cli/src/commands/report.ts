import { ConfigurationError, type OutputManifest } from '@proofmill/contract';
import { tryCalibration } from '@proofmill/audit';
import { zstdCodec } from '@proofmill/formats';
import { readCalibration } from '@proofmill/job-files';
import { type Command, print } from '@proofmill/runtime';
import { type CalibratedGroup, labelHealth, plantedHealth, roundsPage } from '@proofmill/stats';
import { isLoopFolder } from '@proofmill/training';
import { manifestDigest } from '../calibration-file.ts';
import { finishedRounds, writeRoundsPage } from '../loop/loop-page.ts';
import { completeOutput, existingOutput } from '../output.ts';
import { calibrationText } from '../terminal/calibration-text.ts';
import { readableReport } from '../terminal/label-report.ts';

interface ReportFlags {
  readonly json?: boolean;
  readonly calibration?: string;
  readonly to?: string;
}

export function addReport(program: Command): void {
  program
    .command('report')
    .description(
      'show how healthy the labels of a complete output are: agreement, biases, gold labels, by confidence and file; of a loop, how good the judge of each round is',
    )
    .argument('<out>', 'output folder, or that of a loop')
    .option('--calibration <file>', 'show also how far its probabilities hold here; a file of `proofmill calibrate`')
    .option('--to <folder>', 'of a loop: write the page there, as ROUNDS.md, with its pictures')
    .option('--json', 'JSON on stdout')
    .action(async (out: string, flags: ReportFlags) => {
      if (await isLoopFolder(existingOutput(out))) return reportLoop(out, flags);
      if (flags.to !== undefined)
        throw new ConfigurationError(
          `${out} is the output of a job, and --to is for the folder of a loop: leave it out`,
        );
      const output = await completeOutput(out);
      const { certificate, calibration, firstCalibration } = output;
      const files = {
        ...(certificate && { certificate }),
        ...((calibration || firstCalibration) && { calibratedBy: { calibration, firstCalibration } }),
      };
      const planted = output.planted && plantedHealth(output.planted);
      const tried = flags.calibration === undefined ? null : await triedOn(out, output, flags.calibration);
      const stages = output.runs.map(({ stage, run, totals }) => ({ stage, run, ...labelHealth(totals) }));
      print(
        process.stdout,
        flags.json
          ? `${JSON.stringify({ job: output.job, ...files, stages, ...(planted && { planted }), ...(tried && { calibration: tried }) })}\n`
          : `${readableReport(output)}${tried ? `\n${triedText(tried)}` : ''}`,
      );
    });
}

/** How good the judge of each round is. */
async function reportLoop(out: string, { to, json, calibration }: ReportFlags): Promise<void> {
  if (calibration !== undefined)
    throw new ConfigurationError(
      `${out} is the folder of a loop, and --calibration is for the output of a job, such as ${out}/round-001/label-prove: leave it out, or name one`,
    );
  const finished = await finishedRounds(out);
  const page = to === undefined ? null : await writeRoundsPage(finished, to);
  const { rounds, minutes } = finished;
  if (json)
    print(
      process.stdout,
      `${JSON.stringify({ page, rounds, minutes: [...minutes].map(([round, steps]) => ({ round, steps: Object.fromEntries(steps) })) })}\n`,
    );
  else
    print(process.stdout, page === null ? roundsPage(finished) : `${page} says how good the judge of each round is\n`);
}

interface Tried {
  /** The calibration was fitted on these very rows, so that it looks better here than elsewhere. */
  readonly isOfThisOutput: boolean;
  readonly groups: readonly CalibratedGroup[];
}

async function triedOn(out: string, manifest: OutputManifest, path: string): Promise<Tried> {
  const calibration = await readCalibration(path, '.');
  const store = existingOutput(out);
  const groups = await tryCalibration({ store, codec: zstdCodec(), manifest }, calibration);
  return { isOfThisOutput: calibration.manifestSha256 === (await manifestDigest(store, manifest)), groups };
}

const triedText = ({ isOfThisOutput, groups }: Tried): string =>
  `${isOfThisOutput ? 'The calibration was fitted on this output: its probabilities look better here than on other rows. `proofmill calibrate` shows them held out.\n\n' : ''}${calibrationText(groups, 'probability')}`;
