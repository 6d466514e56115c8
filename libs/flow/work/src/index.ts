export type { AskOptions } from './ask-to-outcome.ts';
export { askToOutcome } from './ask-to-outcome.ts';
export type { WorkOptions, WorkTimes } from './work.ts';
export { defaultWorkTimes, work } from './work.ts';
