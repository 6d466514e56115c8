// All commands use the same copy of the library; otherwise its errors would not be recognised.
export { Command, InvalidArgumentError, Option } from 'commander';
export { systemClock } from './clock.ts';
export { endSoon } from './end-soon.ts';
export { natsFlag, natsUrlOf, positiveInteger } from './flags.ts';
export { cutText, lengthOf } from './graphemes.ts';
export type { Logger } from './log.ts';
export { processLog } from './log.ts';
export type { Paint } from './paint.ts';
export { paintFor, unpainted } from './paint.ts';
export { endsWithStdin } from './parent.ts';
export type { PortDecorator } from './port-decorator.ts';
export { undecorated } from './port-decorator.ts';
export { runProcess } from './run-process.ts';
export type { RoleContext, RoleOptions } from './run-role.ts';
export { exitCodeOfEnd, runRole } from './run-role.ts';
export type { Shutdown } from './signals.ts';
export { shutdownOnSignals } from './signals.ts';
