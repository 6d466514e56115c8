export type { OperateOptions } from './operate.ts';
export { operate } from './operate.ts';
export type { Submission, SubmittedJob } from './submit.ts';
export { submitPlainJob, submitScoringJob } from './submit.ts';
export type { WaitOptions } from './wait.ts';
export { waitForEnd } from './wait.ts';
