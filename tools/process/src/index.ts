/** Running commands and waiting, for everything in tools/ and scripts/. */
export type { CommandOptions } from './command.ts';
export { CommandError, runCommand } from './command.ts';
export { ToolError } from './tool-error.ts';
export { until } from './until.ts';
