/** Axolotl: `axolotl train FILE`, in the folder of the set. Read in its sources of July 2026. */
import { z } from 'zod';
import { type Settings, yamlOf } from '../glue/yaml.ts';
import { askedConversation, messagePair } from './columns.ts';
import { type DescribedSet, inData, type TrainerForm, type TrainingForm } from './trainer.ts';

const base = {
  format: 'parquet',
  folder: inData,
  conversation: 'alternating',
  asksJudge: false,
  takesMargin: false,
} as const;

const config = (path: string, dataset: Settings, own: Settings) => ({
  glue: ({ model, splits }: DescribedSet) => ({
    [path]: yamlOf(
      `Run in this folder: axolotl train ${path}\nWhat is given after it wins over this file: --base-model MODEL`,
      {
        base_model: model,
        ...own,
        datasets: [{ path: 'data', split: 'train', ...dataset }],
        ...(splits.includes('test')
          ? { test_datasets: [{ path: 'data', split: 'test', ...dataset }], eval_steps: 500 }
          : { val_set_size: 0 }),
        output_dir: '../axolotl-model',
        micro_batch_size: 1,
        gradient_accumulation_steps: 16,
        num_epochs: 1,
        optimizer: 'adamw_torch',
        lr_scheduler: 'cosine',
        bf16: 'auto',
      },
    ),
  }),
  command: `axolotl train ${path}`,
});

export const axolotl = {
  preference: {
    ...base,
    ...messagePair,
    ...config(
      'dpo.yaml',
      { type: 'chat_template.default', field_messages: 'messages', field_chosen: 'chosen', field_rejected: 'rejected' },
      { rl: 'dpo', chat_template: 'tokenizer_default', sequence_len: 4096, learning_rate: 1e-6 },
    ),
  },
  // Its Bradley-Terry rows have one text for the question: conversations of several turns have no place in them.
  scalar: {
    ...base,
    conversation: 'single',
    schema: z.object({ system: z.string(), input: z.string(), chosen: z.string(), rejected: z.string() }),
    rowOf: ({ prompt, chosen, rejected }) => ({
      system: prompt.find(({ role }) => role === 'system')?.content ?? '',
      input: prompt.at(-1)?.content ?? '',
      ...{ chosen, rejected },
    }),
    ...config(
      'reward.yaml',
      { type: 'bradley_terry.chat_template' },
      {
        ...{ model_type: 'AutoModelForSequenceClassification', num_labels: 1, reward_model: true },
        ...{ chat_template: 'tokenizer_default', sequence_len: 4096, learning_rate: 1e-5 },
      },
    ),
  },
  reasoning: {
    ...base,
    conversation: 'any',
    ...askedConversation,
    ...config(
      'sft.yaml',
      { type: 'chat_template', field_messages: 'messages' },
      { chat_template: 'tokenizer_default', train_on_inputs: false, sequence_len: 8192, learning_rate: 1e-5 },
    ),
  },
} satisfies Partial<Record<TrainingForm, TrainerForm>>;
