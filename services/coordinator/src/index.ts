export { coordinatorCommand } from './command.ts';
export { openCorpus } from './corpus.ts';
export { duration } from './duration.ts';
export type { JobFlags } from './job-flags.ts';
export { jobOf, jobWords, withJobFlags } from './job-flags.ts';
export { profilesOf, profileWithPrompts, readProfile } from './profiles.ts';
export type { Progress } from './progress.ts';
export { progressOn } from './progress.ts';
export { coordinateGeneration, runCoordinator } from './run.ts';
