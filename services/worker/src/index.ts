export { workerCommand } from './command.ts';
export { engineKey } from './engine-key.ts';
