/**
 * The form of wangclnlp/GRAM-RR-TrainingData, which GRAM-R2's trainer reads, a fork of LLaMA-Factory (NiuTrans/GRAM, extensions/GRAM-RR): the
 * filled-in prompt as `instruction`, an empty `input`, and the reasoning with its verdict as `output`. GRAM-R2's own settings are not published.
 */
import { z } from 'zod';
import { datasetInfoOf, trainingYaml } from './llama-factory.ts';
import { answered, inOwnFolder, type TrainerForm, type TrainingForm } from './trainer.ts';

export const gram = {
  reasoning: {
    format: 'jsonl',
    folder: inOwnFolder,
    conversation: 'any',
    takesMargin: false,
    takesOneMessage: true,
    ...answered(z.object({ instruction: z.string(), input: z.string(), output: z.string() }), (prompt, answer) => ({
      instruction: prompt[0]?.content ?? '',
      input: '',
      output: answer,
    })),
    glue: (set) => ({
      'dataset_info.json': datasetInfoOf(set.splits, {
        columns: { prompt: 'instruction', query: 'input', response: 'output' },
      }),
      'sft.yaml': trainingYaml('sft.yaml', set, { stage: 'sft', cutoff_len: 8192, learning_rate: 1e-5 }),
    }),
    command: 'llamafactory-cli train sft.yaml',
  },
} satisfies Partial<Record<TrainingForm, TrainerForm>>;
