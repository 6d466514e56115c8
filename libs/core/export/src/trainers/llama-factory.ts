/** LLaMA-Factory 0.9.5: `llamafactory-cli train FILE`, in the folder of the set, with its dataset_info.json. */
import { type Settings, yamlOf } from '../glue/yaml.ts';
import { askedConversation, messagePair } from './columns.ts';
import { type DescribedSet, inOwnFolder, type TrainerForm, type TrainingForm } from './trainer.ts';

const base = {
  format: 'jsonl',
  folder: inOwnFolder,
  conversation: 'alternating',
  asksJudge: false,
  takesMargin: false,
} as const;

const tags = {
  ...{ role_tag: 'role', content_tag: 'content' },
  ...{ user_tag: 'user', assistant_tag: 'assistant', system_tag: 'system' },
};

/** Name of a split in dataset_info.json. */
const nameOf = (split: string): string => `proofmill_${split}`;

/** The entries of dataset_info.json: a folder for each split. */
export const datasetInfoOf = (splits: readonly string[], entry: object): string =>
  `${JSON.stringify(Object.fromEntries(splits.map((split) => [nameOf(split), { file_name: split, ...entry }])), null, 2)}\n`;

/** The settings that every training of a set has. */
export const trainingYaml = (path: string, { model, splits }: DescribedSet, own: Settings): string =>
  yamlOf(
    `Run in this folder: llamafactory-cli train ${path}\nWhat is given after it wins over this file: model_name_or_path=MODEL max_steps=100\nWithout \`template\` the chat template of the model's tokenizer is used.`,
    {
      model_name_or_path: model,
      do_train: true,
      dataset_dir: '.',
      dataset: nameOf('train'),
      ...(splits.includes('test')
        ? { eval_dataset: nameOf('test'), eval_strategy: 'steps', eval_steps: 500, per_device_eval_batch_size: 1 }
        : {}),
      finetuning_type: 'full',
      output_dir: '../llama-factory-model',
      per_device_train_batch_size: 1,
      gradient_accumulation_steps: 16,
      num_train_epochs: 1,
      lr_scheduler_type: 'cosine',
      warmup_ratio: 0.1,
      bf16: true,
      report_to: 'none',
      ...own,
    },
  );

const ranking = (stage: 'dpo' | 'rm', own: Settings): TrainerForm => ({
  ...base,
  ...messagePair,
  glue: (set) => ({
    'dataset_info.json': datasetInfoOf(set.splits, {
      formatting: 'sharegpt',
      ranking: true,
      columns: { messages: 'messages', chosen: 'chosen', rejected: 'rejected' },
      tags,
    }),
    [`${stage}.yaml`]: trainingYaml(`${stage}.yaml`, set, { stage, cutoff_len: 4096, ...own }),
  }),
  command: `llamafactory-cli train ${stage}.yaml`,
});

export const llamaFactory = {
  preference: ranking('dpo', { pref_beta: 0.1, pref_loss: 'sigmoid', learning_rate: 5e-6 }),
  scalar: ranking('rm', { learning_rate: 1e-5 }),
  reasoning: {
    ...base,
    ...askedConversation,
    glue: (set) => ({
      'dataset_info.json': datasetInfoOf(set.splits, {
        formatting: 'sharegpt',
        columns: { messages: 'messages' },
        tags,
      }),
      'sft.yaml': trainingYaml('sft.yaml', set, { stage: 'sft', cutoff_len: 8192, learning_rate: 1e-5 }),
    }),
    command: 'llamafactory-cli train sft.yaml',
  },
} satisfies Partial<Record<TrainingForm, TrainerForm>>;
