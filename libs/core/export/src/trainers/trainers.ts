import { ConfigurationError, type TrainerName, trainerNames } from '@proofmill/contract';
import { axolotl } from './axolotl.ts';
import { gram } from './gram.ts';
import { llamaFactory } from './llama-factory.ts';
import { nemoRl } from './nemo-rl.ts';
import { openrlhf } from './openrlhf.ts';
import { trl } from './trl.ts';
import { verl } from './verl.ts';
import type { RowOfAnswer, TrainerForm, TrainingForm } from './trainer.ts';

const forms = {
  ...{ trl, 'llama-factory': llamaFactory, openrlhf, axolotl, verl, 'nemo-rl': nemoRl, gram },
} satisfies Record<TrainerName, Readonly<Partial<Record<TrainingForm, TrainerForm>>>>;
export type Trainer = TrainerName;

export const trainers = trainerNames;

/** The form that is meant where none is named. */
export const usualForm = (trainer: Trainer): TrainingForm => (trainer === 'gram' ? 'reasoning' : 'preference');

/** @throws {ConfigurationError} for a form that the trainer does not read */
export function formOf(trainer: Trainer, form: TrainingForm): TrainerForm {
  const known: Partial<Record<TrainingForm, TrainerForm>> = forms[trainer];
  const found = known[form];
  if (found) return found;
  const others = Object.keys(known).join(' and ');
  throw new ConfigurationError(`${trainer} has no form ${form}: with --for ${trainer}, --as takes ${others}`);
}

/** The form of a prompt and the answer to learn, which every trainer reads. */
export const reasoningOf = (trainer: Trainer): TrainerForm & { readonly rowOfAnswer: RowOfAnswer } =>
  forms[trainer].reasoning;
