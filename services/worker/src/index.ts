export type { WorkerOptions } from './run.ts';
export { engineKey, runWorker } from './run.ts';
