// All commands use the same copy of the library; otherwise its errors would not be recognised.
export { Argument, Command, Help, InvalidArgumentError, Option } from 'commander';
export { systemClock } from './clock.ts';
export { endSoon } from './end-soon.ts';
export type { StatusFlags } from './flags.ts';
export {
  natsFilesOf,
  natsFlag,
  natsReplicasFlag,
  natsReplicasOf,
  natsUrlOf,
  positiveInteger,
  statusHostFlag,
  statusPortFlag,
  wholeNumber,
} from './flags.ts';
export { cutStart, cutText, lengthOf, wrapText } from './graphemes.ts';
export type { Hold, Holder } from './hold-place.ts';
export { holderOf, holdPlace } from './hold-place.ts';
export type { Logger } from './log.ts';
export { processLog } from './log.ts';
export type { Paint } from './paint.ts';
export { paintFor, unpainted } from './paint.ts';
export { endsWithStdin } from './parent.ts';
export type { PortDecorator } from './port-decorator.ts';
export { decoratedBy, undecorated } from './port-decorator.ts';
export { runProcess } from './run-process.ts';
export type { RoleContext, RoleOptions } from './run-role.ts';
export { exitCodeOfEnd, runRole } from './run-role.ts';
export type { Shutdown } from './signals.ts';
export { shutdownOnSignals } from './signals.ts';
export { clearLine, clearLines, print, printEach } from './terminal.ts';
