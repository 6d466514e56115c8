export type { Collected, CollectOptions } from './collect.ts';
export { collectPartition } from './collect.ts';
export type { IngestCounts } from './ingest.ts';
