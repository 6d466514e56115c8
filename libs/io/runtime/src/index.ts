export { systemClock } from './clock.ts';
export { crashPoint } from './crash-point.ts';
export type { Logger } from './log.ts';
export { processLog } from './log.ts';
export type { Shutdown } from './signals.ts';
export { shutdownOnSignals } from './signals.ts';
