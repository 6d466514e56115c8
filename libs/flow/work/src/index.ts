export type { AskOptions } from './ask-to-outcome.ts';
export { askToOutcome } from './ask-to-outcome.ts';
export type { ServedModel } from './engine-by-model.ts';
export { engineByModel } from './engine-by-model.ts';
export { work } from './work.ts';
export type { WorkMeter } from './work-meter.ts';
export { workMeter } from './work-meter.ts';
export type { WorkOptions, WorkTimes } from './work-options.ts';
export { defaultWorkTimes } from './work-options.ts';
