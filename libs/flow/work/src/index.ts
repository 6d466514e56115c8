export type { WorkOptions, WorkTimes } from './work.ts';
export { defaultWorkTimes, work } from './work.ts';
