/** A vLLM stand-in with a capacity model, for a laptop without a GPU and for tests. */

export type { Started } from './command.ts';
export { parseFlags, simulateFlagsSchema, startSimulator } from './command.ts';
export type { FaultKind, FaultOrder } from './faults.ts';
export type { GoldPair } from './gold.ts';
export { pairKey } from './pair.ts';
export type { Runner } from './routes.ts';
export type { Where } from './server.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
export { createSimulator } from './simulator.ts';
export type { Accuracy } from './truth.ts';
export { qualityOf, voteShareOf } from './truth.ts';
export type { LogEntry, LogTotals } from './witness.ts';
export { readRequestLog } from './witness.ts';
