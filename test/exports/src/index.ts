/** Trainers in Python. */
export { trainersPython } from './trainers-python.ts';
