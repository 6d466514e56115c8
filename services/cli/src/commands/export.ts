import type { SetManifest } from '@proofmill/export';
import { formOf, type Trainer, type TrainingForm, trainers, trainingForms } from '@proofmill/export-rows';
import { type Command, InvalidArgumentError, print } from '@proofmill/runtime';
import { type ExportRequest, exportOutputs } from '../exporting.ts';
import { exportText } from '../terminal/export-text.ts';

interface Flags extends Omit<ExportRequest, 'outs' | 'trainer' | 'form'> {
  readonly for: Trainer;
  readonly as?: TrainingForm;
  readonly json?: boolean;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'write the rows of complete outputs as a training set, with the files that load it in a trainer: TRL, LLaMA-Factory and others',
    )
    .argument('<out...>', 'output folders; their rows become one set')
    .requiredOption('--for <trainer>', trainers.join(', '), oneOf(trainers))
    .requiredOption('--to <folder>', 'a new or an empty folder, or s3://BUCKET/FOLDER')
    .option('--as <form>', `${forms.join(', ')}; default: reasoning for gram, else preference`, oneOf(forms))
    .option('--keep <rows>', 'kept, or all: rows with a winner that are not kept, too', oneOf(['kept', 'all'] as const))
    .option('--min-confidence <number>', 'only rows with at least this confidence', share)
    .option('--min-probability <number>', 'only rows with at least this probability', share)
    .option('--eval-share <share>', 'share of the prompts that are for evaluation', share)
    .option('--without <file...>', 'leave out prompts of these benchmark files, also as part of longer ones')
    .option('--margin', 'add how much better the chosen response is (scalar; changes the loss of the trainer)')
    .option('--text <from>', 'reasoning: proof, rationale, or any, a proof first', oneOf(['proof', 'rationale', 'any']))
    .option('--both-orders', 'reasoning: both orders of a pair, where each has a text of its own')
    .option('--profile <name>', 'reasoning: whose prompt is asked; a name or a YAML file; default: that of the judge')
    .option('--model <name>', 'the model to train, for the files that load the set')
    .option('--json', 'JSON on stdout')
    .action(async (outs: string[], { for: trainer, as: form, json, ...flags }: Flags) => {
      const manifest = await exportOutputs({ ...flags, outs, trainer, ...(form && { form }) });
      print(process.stdout, json ? `${JSON.stringify(manifest)}\n` : textOf(manifest, flags.to));
    });
}

const textOf = (manifest: SetManifest, to: string): string =>
  exportText(manifest, to, formOf(manifest.trainer, manifest.form).command);

const forms = Object.keys(trainingForms) as TrainingForm[];

const oneOf =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): Name => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be one of: ${names.join(', ')}.`);
  };

function share(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number < 1) return number;
  throw new InvalidArgumentError('It must be a number from 0 to 1, below 1.');
}
