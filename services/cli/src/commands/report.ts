import { ConfigurationError, outputPaths } from '@proofmill/contract';
import { newestOutput } from '@proofmill/folder';
import { type Command, print } from '@proofmill/runtime';
import { labelHealth } from '@proofmill/stats';
import { existingOutput } from '../output.ts';
import { readableReport } from '../terminal/label-report.ts';

export function addReport(program: Command): void {
  program
    .command('report')
    .description(
      'show how healthy the labels of a complete output are: agreement, biases, gold labels, by confidence and file',
    )
    .argument('<out>', 'output folder')
    .option('--json', 'JSON on stdout')
    .action(async (out: string, flags: { json?: boolean }) => {
      const output = await newestOutput(existingOutput(out));
      if (!output) {
        throw new ConfigurationError(
          `${out}/${outputPaths.manifest} does not exist: the job is not complete, or this is not an output folder. \`proofmill status ${out}\` says how far it is.`,
        );
      }
      const stages = output.runs.map(({ stage, run, totals }) => ({ stage, run, ...labelHealth(totals) }));
      print(process.stdout, flags.json ? `${JSON.stringify({ job: output.job, stages })}\n` : readableReport(output));
    });
}
