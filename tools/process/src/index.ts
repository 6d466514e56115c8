/** What tools/ and scripts/ share: running commands, and waiting. */
export type { CommandOptions } from './command.ts';
export { CommandError, runCommand } from './command.ts';
export type { GoModule, GoProgram } from './go-program.ts';
export { buildGoProgram, requireSum } from './go-program.ts';
export { ToolError } from './tool-error.ts';
export { until } from './until.ts';
