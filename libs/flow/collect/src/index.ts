export type { Collected, CollectOptions } from './collect.ts';
export { collectPartition } from './collect.ts';
export { collectTogether } from './collect-together.ts';
export type { IngestCounts } from './ingest.ts';
export { stagesToCollect } from './stages-to-collect.ts';
