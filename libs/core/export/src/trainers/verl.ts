/**
 * verl, in the folder of the set. Read in its sources of January 2026: supervised training reads `messages`, reinforcement learning the judge's prompt
 * with the right letter, which a reward function of the set compares with the answer.
 */
import { z } from 'zod';
import { shellOf } from '../glue/argv.ts';
import { askedConversation, messages } from './columns.ts';
import { type DescribedSet, inData, type TrainerForm, type TrainingForm } from './trainer.ts';

const base = { format: 'parquet', folder: inData, conversation: 'any', asksJudge: true, takesMargin: false } as const;

const list = (paths: readonly string[]): string => `[${paths.join(',')}]`;

const dataOf = ({ files, splits }: DescribedSet): string[] => [
  `data.train_files=${list(files.train)}`,
  `data.val_files=${list(splits.includes('test') ? files.test : files.train.slice(0, 1))}`,
];

const comment = (path: string, model: string): string =>
  `Run in this folder: sh ${path}\nWhat is given after it wins over this file: ${model}=MODEL`;

/** Gives 1 for an answer whose last <answer> is the right letter, as the profile gram-r2 reads it. */
const rewardFunction = `"""The reward of an answer of a judge: 1 where its last <answer> is the right letter, else 0."""

import re


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    found = re.findall(r"<answer>(.*?)</answer>", solution_str, re.DOTALL)
    return 1.0 if found and found[-1].strip().upper() == ground_truth else 0.0
`;

export const verl = {
  preference: {
    ...base,
    schema: z.object({
      data_source: z.string(),
      prompt: messages,
      ability: z.string(),
      reward_model: z.object({ style: z.string(), ground_truth: z.string() }),
    }),
    // Which order is shown follows from the texts, so that A and B are right about equally often.
    rowOf: (comparison, ask) => {
      const isChosenFirst = comparison.chosen < comparison.rejected;
      return {
        data_source: 'proofmill',
        prompt: ask(comparison, isChosenFirst),
        ability: 'judging',
        reward_model: { style: 'rule', ground_truth: isChosenFirst ? 'A' : 'B' },
      };
    },
    glue: (set) => ({
      'reward.py': rewardFunction,
      'grpo.sh': shellOf(comment('grpo.sh', 'actor_rollout_ref.model.path'), [
        ...['python3', '-m', 'verl.trainer.main_ppo', 'algorithm.adv_estimator=grpo', ...dataOf(set)],
        ...[
          `actor_rollout_ref.model.path=${set.model}`,
          'data.max_prompt_length=8192',
          'data.max_response_length=4096',
        ],
        ...['data.filter_overlong_prompts=True', 'data.train_batch_size=256', 'actor_rollout_ref.rollout.n=8'],
        // Versions differ in where it stands; ++ adds the one that a version does not know.
        ...['++custom_reward_function.path=reward.py', '++reward.custom_reward_function.path=reward.py'],
        'trainer.total_epochs=1',
      ]),
    }),
    command: 'sh grpo.sh',
  },
  reasoning: {
    ...base,
    ...askedConversation,
    glue: (set) => ({
      'sft.sh': shellOf(comment('sft.sh', 'model.path'), [
        ...['torchrun', '--standalone', '--nproc_per_node=1', '-m', 'verl.trainer.sft_trainer', ...dataOf(set)],
        ...[`model.path=${set.model}`, 'data.messages_key=messages', 'data.max_length=8192', 'data.truncation=error'],
        ...['data.train_batch_size=256', 'optim.lr=1e-5', 'trainer.total_epochs=1'],
      ]),
    }),
    command: 'sh sft.sh',
  },
} satisfies Partial<Record<TrainingForm, TrainerForm>>;
