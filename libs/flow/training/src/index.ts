export { corpusItems } from './corpus-items.ts';
export { outputDigest } from './evaluate.ts';
export { readRounds } from './read-rounds.ts';
export { runLoop } from './run-loop.ts';
export { isLoopFolder } from './stored-loop.ts';
export { trainingSetOf } from './training-set.ts';
export type { LoopPorts, Model, Models, ScoredRecords, TrainingRun, WeightsDigest } from './loop-ports.ts';
export type { FoundRound } from './read-rounds.ts';
export type { LoopEnd } from './run-loop.ts';
