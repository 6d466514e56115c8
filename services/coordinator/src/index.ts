export { openCorpus } from './corpus.ts';
export type { JobFile, JobOverrides } from './job-file.ts';
export { readJob } from './job-file.ts';
export { nearest } from './nearest.ts';
export { profileNames, profilesOf, readProfile, withPrompts } from './profiles.ts';
export type { CoordinatorOptions } from './run.ts';
export { exitCodeOfRun, runCoordinator } from './run.ts';
