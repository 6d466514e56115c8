export type { Share } from './partitions.ts';
export type { CollectorOptions } from './run.ts';
export { runCollector } from './run.ts';
