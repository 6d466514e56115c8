export type { WorkerOptions } from './run.ts';
export { runWorker } from './run.ts';
