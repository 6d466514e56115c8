export type { ServedModel } from './engine-by-model.ts';
export { engineByModel } from './engine-by-model.ts';
export type { WorkerOptions } from './run.ts';
export { engineKey, runWorker } from './run.ts';
