export type { Coordinated, CoordinateOptions, CoordinateTimes, CoordinatorEvents } from './coordinate.ts';
export { coordinate, defaultCoordinateTimes } from './coordinate.ts';
export { costsOf } from './costs.ts';
export { failedOutcomes, failureExamples } from './failure-examples.ts';
export type { PlannedRecord } from './planned-records.ts';
export { corpusRecords } from './planned-records.ts';
export type { Survey } from './survey.ts';
export { survey } from './survey.ts';
export { unusable } from './usable-corpus.ts';
