export type { CheckedGeneration } from './check-generation.ts';
export type { CheckedStage } from './check-stage.ts';
export type { Finding } from './findings.ts';
export type { GenerationStatus, StageStatus, Status } from './status.ts';
export { status } from './status.ts';
export type { Verdict } from './verify.ts';
export { verify } from './verify.ts';
