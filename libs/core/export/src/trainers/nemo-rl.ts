/** NeMo-RL, started in a checkout of it. Read in its sources of August 2026. */
import { z } from 'zod';
import { commented } from '../glue/commented.ts';
import { quoted } from '../glue/argv.ts';
import { askedConversation, messages } from './columns.ts';
import { assistant, type DescribedSet, inData, type TrainerForm, type TrainingForm } from './trainer.ts';

const base = { format: 'jsonl', folder: inData, conversation: 'any', asksJudge: false, takesMargin: false } as const;

const command = (script: 'dpo' | 'rm' | 'sft', dataset: string) => {
  const path = `${script}.sh`;
  const dataOf = (name: string, split: string): string[] => [
    `++data.${name}.dataset_name=${dataset}`,
    `"++data.${name}.data_path=$set/data/${split}-*.jsonl"`,
    // A file has one split by this name, whatever it holds.
    `++data.${name}.split=train`,
  ];
  const glue = ({ model, splits }: DescribedSet) => ({
    [path]: `${commented(`Run in a checkout of NeMo-RL: sh SET/${path}, where SET is the path of this folder\nWhat is given after it wins over this file: policy.model_name=MODEL`)}
set=$(cd "$(dirname "$0")" && pwd)
${[
  `uv run examples/run_${script}.py --config examples/configs/${script}.yaml`,
  quoted(`policy.model_name=${model}`),
  ...dataOf('train', 'train'),
  ...(splits.includes('test') ? dataOf('validation', 'test') : ['++data.validation=null']),
].join(' \\\n  ')} "$@"
`,
  });
  return { glue, command: `sh SET/${path}`, startsIn: 'a checkout of NeMo-RL' };
};

const ranked = {
  ...base,
  schema: z.object({
    context: messages,
    completions: z.array(z.object({ rank: z.int(), completion: messages })),
  }),
  rowOf: ({ prompt, chosen, rejected }) => ({
    context: prompt,
    completions: [
      { rank: 0, completion: assistant(chosen) },
      { rank: 1, completion: assistant(rejected) },
    ],
  }),
} satisfies Partial<TrainerForm>;

export const nemoRl = {
  preference: { ...ranked, ...command('dpo', 'PreferenceDataset') },
  scalar: { ...ranked, ...command('rm', 'PreferenceDataset') },
  reasoning: {
    ...base,
    ...askedConversation,
    ...command('sft', 'openai_format'),
  },
} satisfies Partial<Record<TrainingForm, TrainerForm>>;
