export type { AskOptions } from './ask-to-outcome.ts';
export { askToOutcome } from './ask-to-outcome.ts';
export type { ServedModel } from './engine-by-model.ts';
export { engineByModel } from './engine-by-model.ts';
export type { WorkOptions, WorkTimes } from './work.ts';
export { defaultWorkTimes, work } from './work.ts';
