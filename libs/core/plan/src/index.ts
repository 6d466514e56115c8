export type { Draft } from './cutting.ts';
export { chunkEntry, startsNewChunk } from './cutting.ts';
export type { Evidence, NextSteps } from './driving.ts';
export { askedChunks, nextSteps } from './driving.ts';
export { duplicateFinder } from './duplicates.ts';
export { decodePackLines, encodePackLine } from './lines.ts';
export type { StageProfiles } from './run-identity.ts';
export { definitionOf, differences, identityOf, stageFileOf } from './run-identity.ts';
export { sizesOf } from './sizes.ts';
