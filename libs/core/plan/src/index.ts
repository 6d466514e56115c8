export type { Draft } from './cutting.ts';
export { chunkEntry, startsNewChunk } from './cutting.ts';
export type { Evidence } from './driving.ts';
export { askedChunks, nextTask } from './driving.ts';
export { decodePackLines, encodePackLine } from './lines.ts';
export { definitionOf, differences, identityOf, stageFileOf } from './run-identity.ts';
export { sizesOf } from './sizes.ts';
export type { StoredEntry } from './stored-plan.ts';
export { readEnd, readEntry, readManifest, readObject } from './stored-plan.ts';
