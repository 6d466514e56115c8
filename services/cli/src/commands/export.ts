import { ConfigurationError } from '@proofmill/contract';
import {
  type ReviewChoice,
  type ReviewTool,
  reviewChoices,
  reviewTools,
  type Trainer,
  type TrainingForm,
  trainers,
  trainingForms,
} from '@proofmill/export-rows';
import { type Command, InvalidArgumentError, positiveInteger, print } from '@proofmill/runtime';
import { type ExportRequest, exportOutputs } from '../exporting.ts';
import { oneOf } from '../one-of.ts';
import { pushSet, requireLocal } from '../pushing.ts';
import { exportForReview } from '../reviewing.ts';
import { exportText, reviewText } from '../terminal/export-text.ts';

interface Flags extends Omit<ExportRequest, 'outs' | 'trainer' | 'form'> {
  readonly for: Trainer | ReviewTool;
  readonly as?: TrainingForm;
  readonly rows?: number;
  readonly by?: ReviewChoice;
  readonly showJudge?: boolean;
  readonly push?: string;
  readonly json?: boolean;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'write the rows of complete outputs as a training set, with the files that load it in a trainer: TRL, LLaMA-Factory and others; or some rows of one for people to answer',
    )
    .argument('<out...>', 'output folders; their rows become one set. For people: one')
    .requiredOption(
      '--for <trainer>',
      `${trainers.join(', ')}; for people: ${reviewTools.join(', ')}`,
      oneOf([...trainers, ...reviewTools]),
    )
    .requiredOption('--to <folder>', 'a new or an empty folder, or s3://BUCKET/FOLDER')
    .option('--as <form>', `${forms.join(', ')}; default: reasoning for gram, else preference`, oneOf(forms))
    .option('--keep <rows>', 'kept, or all: rows with a winner that are not kept, too', oneOf(['kept', 'all'] as const))
    .option('--min-confidence <number>', 'only rows with at least this confidence', share)
    .option('--min-probability <number>', 'only rows with at least this probability', share)
    .option('--eval-share <share>', 'share of the prompts that are for evaluation, as split `test`', share)
    .option('--without <file...>', 'leave out prompts of these benchmark files, also as part of longer ones')
    .option('--margin', 'add how much better the chosen response is (scalar; changes the loss of the trainer)')
    .option('--text <from>', 'reasoning: proof, rationale, or any, a proof first', oneOf(['proof', 'rationale', 'any']))
    .option('--both-orders', 'reasoning: both orders of a pair, where each has a text of its own')
    .option('--profile <name>', 'reasoning: whose prompt is asked; a name or a YAML file; default: that of the judge')
    .option('--model <name>', 'the model to train, for the files that load the set')
    .option('--rows <n>', 'for people: how many rows; default: 300', positiveInteger)
    .option('--by <choice>', 'for people: random, uncertainty or disagreement; default: random', oneOf(choices))
    .option('--show-judge', "for people: show the judge's label as a suggestion")
    .option('--push <address>', 'then push the set to hf://ORG/NAME, private where it is new; HF_TOKEN, HF_ENDPOINT')
    .option('--json', 'JSON on stdout')
    .action(async (outs: string[], { for: reader, as: form, rows, by, showJudge, push, json, ...flags }: Flags) => {
      const review = { ...(rows && { rows }), ...(by && { by }), ...(showJudge && { showJudge }) };
      if (isTool(reader)) {
        const { to, ...others } = flags;
        refuseFlags('trainers', { ...others, ...(form && { as: form }), ...(push && { push }) });
        const manifest = await exportForReview({ outs, to, tool: reader, ...review });
        print(process.stdout, json ? `${JSON.stringify(manifest)}\n` : reviewText(manifest, to));
        return;
      }
      refuseFlags('people', review);
      const trainer = reader;
      if (push !== undefined) requireLocal(flags.to);
      const manifest = await exportOutputs({ ...flags, outs, trainer, ...(form && { form }) });
      print(process.stdout, json ? `${JSON.stringify(manifest)}\n` : exportText(manifest, flags.to));
      if (push === undefined) return;
      const sent = await pushSet(flags.to, push, (path) => print(process.stderr, `${push}: ${path}\n`));
      print(process.stderr, `${push}: ${sent === 0 ? 'nothing was missing' : `complete, ${sent} files were sent`}\n`);
    });
}

const isTool = (reader: Trainer | ReviewTool): reader is ReviewTool => reviewTools.some((tool) => tool === reader);

/** @throws {ConfigurationError} for flags that the reader of this export has no use for */
function refuseFlags(readers: string, flags: object): void {
  const names = Object.keys(flags).map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  if (names.length > 0) throw new ConfigurationError(`${names.join(', ')}: for ${readers} only; leave it out`);
}

const choices = Object.keys(reviewChoices) as ReviewChoice[];
const forms = Object.keys(trainingForms) as TrainingForm[];

function share(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number < 1) return number;
  throw new InvalidArgumentError('It must be a number from 0 to 1, below 1.');
}
