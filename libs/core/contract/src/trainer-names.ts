/** The trainers that training sets are written for, as `--for` of an export and `export.for` of a loop name them. */
export const trainerNames = ['trl', 'llama-factory', 'openrlhf', 'axolotl', 'verl', 'nemo-rl', 'gram'] as const;
export type TrainerName = (typeof trainerNames)[number];
