/** Trainers in Python. */
export type { Trainers } from './trainers.ts';
export { setUpTrainers } from './trainers.ts';
