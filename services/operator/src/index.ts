export type { OperatorOptions } from './run.ts';
export { runOperator } from './run.ts';
export { readKubernetesSettings } from './settings.ts';
export type { SubmitOptions, SubmittedTo } from './submit.ts';
export { submitJob } from './submit.ts';
