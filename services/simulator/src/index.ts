/** A vLLM stand-in with a capacity model, for a laptop without a GPU and for tests. */

export { parseFlags, simulateFlagsSchema, startSimulator } from './command.ts';
export { voteShareOf } from './judge/vote-probability.ts';
export { pairKey } from './prompt/pair-identity.ts';
export { createSimulator } from './simulator.ts';
export { qualityOf } from './truth/better-response.ts';
export { readRequestLog } from './witness/request-log.ts';

export type { Started } from './command.ts';
export type { FaultKind, FaultOrder } from './faults/faults.ts';
export type { Accuracy } from './judge/vote-probability.ts';
export type { SimulatorOptions } from './options.ts';
export type { Simulator } from './simulator.ts';
export type { GoldPair } from './truth/known-item.ts';
export type { Where } from './wire/listener.ts';
export type { Runner } from './wire/routes.ts';
export type { LogEntry, LogTotals } from './witness/ledger.ts';
