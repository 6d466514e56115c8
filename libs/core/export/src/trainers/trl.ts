/** TRL 1.16: `trl dpo | sft | reward --config FILE`, in the folder of the set. */
import { z } from 'zod';
import { type Settings, yamlOf } from '../glue/yaml.ts';
import { conversationPair, messages, scoreFields, scoresIn } from './columns.ts';
import { answered, assistant, type DescribedSet, inData, type TrainerForm, type TrainingForm } from './trainer.ts';

const base = { format: 'parquet', folder: inData, conversation: 'any', asksJudge: false, takesMargin: false } as const;

const config = (script: string, own: Settings) => {
  const path = `${script}.yaml`;
  const glue = ({ model, splits }: DescribedSet) => ({
    [path]: yamlOf(
      `Run in this folder: trl ${script} --config ${path}\nWhat is given after it wins over this file: --model_name_or_path MODEL --max_steps 100`,
      {
        model_name_or_path: model,
        // Its files have the names by which `datasets` knows splits; the folder above is one that it cannot name.
        dataset_name: 'data',
        dataset_train_split: 'train',
        ...(splits.includes('test')
          ? {
              ...{ dataset_test_split: 'test', eval_strategy: 'steps', eval_steps: 500 },
              // 8 otherwise: of that many long rows the logits alone fill a GPU.
              per_device_eval_batch_size: 1,
            }
          : {}),
        output_dir: `../${script}-model`,
        per_device_train_batch_size: 1,
        gradient_accumulation_steps: 16,
        num_train_epochs: 1,
        lr_scheduler_type: 'cosine',
        bf16: true,
        report_to: 'none',
        ...own,
      },
    ),
  });
  return { glue, command: `trl ${script} --config ${path}` };
};

export const trl = {
  preference: {
    ...base,
    ...conversationPair,
    ...config('dpo', { learning_rate: 1e-6, max_length: 4096 }),
  },
  reasoning: {
    ...base,
    ...answered(z.object({ prompt: messages, completion: messages }), (prompt, answer) => ({
      prompt,
      completion: assistant(answer),
    })),
    ...config('sft', { learning_rate: 1e-5, max_length: 8192, completion_only_loss: true }),
  },
  // TRL recommends conversations with the prompt in both for reward models: nothing is then split between tokens.
  scalar: {
    ...base,
    takesMargin: true,
    schema: z.object({ chosen: messages, rejected: messages, ...scoreFields }),
    rowOf: (comparison) => ({
      chosen: [...comparison.prompt, ...assistant(comparison.chosen)],
      rejected: [...comparison.prompt, ...assistant(comparison.rejected)],
      ...scoresIn(comparison),
    }),
    ...config('reward', { learning_rate: 1e-5, max_length: 4096 }),
  },
} satisfies Partial<Record<TrainingForm, TrainerForm>>;
