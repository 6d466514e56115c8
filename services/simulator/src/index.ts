/** A vLLM stand-in with a capacity model, for a laptop without a GPU and for tests. */

export type { Started } from './command.ts';
export { parseFlags, simulateFlagsSchema, startSimulator } from './command.ts';
export type { FaultKind, FaultOrder } from './faults/faults.ts';
export type { GoldPair } from './truth/gold.ts';
export { pairKey } from './prompt/pair-identity.ts';
export type { Runner } from './wire/routes.ts';
export type { Where } from './wire/listener.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
export { createSimulator } from './simulator.ts';
export type { Accuracy } from './truth/better-response.ts';
export { qualityOf, voteShareOf } from './truth/better-response.ts';
export type { LogEntry, LogTotals } from './witness/request-log.ts';
export { readRequestLog } from './witness/request-log.ts';
