export type { AskOptions } from './ask-to-outcome.ts';
export { askToOutcome } from './ask-to-outcome.ts';
export type { StageEngines } from './engine-by-judge.ts';
export { engineByJudge } from './engine-by-judge.ts';
export { work } from './work.ts';
export type { WorkMeter } from './work-meter.ts';
export { workMeter } from './work-meter.ts';
export type { WorkOptions, WorkTimes } from './work-options.ts';
export { defaultWorkTimes } from './work-options.ts';
