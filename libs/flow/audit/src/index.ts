export type { CheckedStage } from './check-stage.ts';
export type { Finding } from './findings.ts';
export type { StageStatus, Status } from './status.ts';
export { status, statusReader } from './status.ts';
export type { Verdict } from './verify.ts';
export { verify } from './load-verify.ts';
