export type { CheckedGeneration } from './check-generation.ts';
export type { CheckedStage } from './check-stage.ts';
export type { Finding } from './findings.ts';
export { verify } from './load-verify.ts';
export type { GenerationStatus, StageStatus, Status } from './status.ts';
export { status, statusReader } from './status.ts';
export type { Verdict } from './verify.ts';
