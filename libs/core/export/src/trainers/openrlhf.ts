/** OpenRLHF 0.11: `deepspeed --module openrlhf.cli.train_rm ..`, in the folder of the set. */
import { z } from 'zod';
import { shellOf } from '../glue/argv.ts';
import { conversationPair, messages, scoreFields, scoresIn } from './columns.ts';
import { answered, assistant, type DescribedSet, inData, type TrainerForm, type TrainingForm } from './trainer.ts';

const base = { format: 'parquet', folder: inData, conversation: 'any', asksJudge: false, takesMargin: false } as const;

const command = (module: string, own: (set: DescribedSet) => readonly string[]) => {
  const path = `${module}.sh`;
  const glue = (set: DescribedSet) => ({
    [path]: shellOf(
      `Run in this folder: sh ${path}\nWhat is given after it wins over this file: --model.model_name_or_path MODEL`,
      [
        ...['deepspeed', '--module', `openrlhf.cli.${module}`],
        ...['--model.model_name_or_path', set.model, '--data.dataset', 'data', '--data.dataset_split', 'train'],
        ...(set.splits.includes('test') ? ['--eval.dataset', 'data', '--eval.split', 'test'] : []),
        ...['--data.apply_chat_template', '--ckpt.output_dir', `../${module}-model`],
        ...['--train.batch_size', '128', '--train.micro_batch_size', '1', '--train.max_epochs', '1'],
        ...own(set),
      ],
    ),
  });
  return { glue, command: `sh ${path}` };
};

const pairKeys = ['--data.prompt_key', 'prompt', '--data.chosen_key', 'chosen', '--data.rejected_key', 'rejected'];

export const openrlhf = {
  preference: {
    ...base,
    ...conversationPair,
    ...command('train_dpo', () => [...pairKeys, '--data.max_len', '4096', '--adam.lr', '5e-7']),
  },
  scalar: {
    ...base,
    takesMargin: true,
    schema: conversationPair.schema.extend(scoreFields),
    rowOf: (comparison) => ({ ...conversationPair.rowOf(comparison), ...scoresIn(comparison) }),
    ...command('train_rm', ({ hasMargin }) => [
      ...pairKeys,
      ...['--data.max_len', '4096', '--adam.lr', '9e-6'],
      ...(hasMargin ? ['--model.margin_loss_enable'] : []),
    ]),
  },
  reasoning: {
    ...base,
    ...answered(z.object({ input: messages, output: messages }), (prompt, answer) => ({
      input: prompt,
      output: assistant(answer),
    })),
    ...command('train_sft', () => [
      ...['--data.input_key', 'input', '--data.output_key', 'output', '--data.max_len', '8192', '--adam.lr', '1e-5'],
    ]),
  },
} satisfies Partial<Record<TrainingForm, TrainerForm>>;
