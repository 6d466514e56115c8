/** Series of a healthy installation, and for each alert those that make it fire. Values are in the notation of `promtool test rules`. */
import { place } from './queries.ts';

export type Series = Readonly<Record<string, string>>;

const inNamespace = `namespace="${place.namespace}"`;
const operator = `${inNamespace}, role="operator", pod="operator-0"`;
const job = `${inNamespace}, scoring_job="${place.scoring_job}"`;
const driver = `${job}, role="driver", pod="driver-0"`;
const worker = `${job}, role="worker", pod="worker-0"`;
const collector = `${job}, role="collector", pod="collector-0"`;

/** An hour with a sample a minute. */
const steady = (value: number): string => `${value}x60`;
const growing = (by: number): string => `0+${by}x60`;

/** One job runs, and all is well. */
export const healthy: Series = {
  [`up{${operator}}`]: steady(1),
  [`up{${driver}}`]: steady(1),
  [`up{${worker}}`]: steady(1),
  [`up{${collector}}`]: steady(1),
  [`proofmill_operator_leading{${operator}}`]: steady(1),
  [`proofmill_operator_waiting_jobs{${operator}}`]: steady(0),
  [`proofmill_operator_reconcile_duration_seconds_count{${operator}}`]: growing(2),
  [`proofmill_operator_reconcile_failures_total{${operator}}`]: steady(3),
  [`proofmill_operator_jobs{${operator}, phase="Failed"}`]: steady(2),
  [`proofmill_operator_jobs{${operator}, phase="LimitReached"}`]: steady(0),
  [`proofmill_stage_under_way{${driver}, stage="label"}`]: steady(1),
  [`proofmill_stage_last_progress_timestamp_seconds{${driver}, stage="label"}`]: growing(60),
  [`proofmill_tasks_sent_total{${driver}, reason="first"}`]: growing(100),
  [`proofmill_tasks_sent_total{${driver}, reason="again"}`]: growing(1),
  [`proofmill_nats_connected{${driver}}`]: steady(1),
  [`proofmill_nats_connected{${worker}}`]: steady(1),
  [`proofmill_worker_slots{${worker}, stage="label"}`]: steady(32),
  [`proofmill_engine_up{${worker}, stage="label"}`]: steady(1),
  [`proofmill_engine_answers_total{${worker}, stage="label", judge="own"}`]: growing(1000),
  [`proofmill_worker_unreadable_answers_total{${worker}, stage="label"}`]: growing(20),
  [`proofmill_worker_items_total{${worker}, stage="label", result="done"}`]: growing(100),
  [`proofmill_worker_items_total{${worker}, stage="label", result="failed"}`]: growing(1),
  [`proofmill_collector_outcomes_total{${collector}, stage="label", fate="quarantined"}`]: steady(5),
  [`proofmill_collector_commit_duration_seconds_bucket{${collector}, stage="label", le="60"}`]: growing(1),
  [`proofmill_collector_commit_duration_seconds_bucket{${collector}, stage="label", le="120"}`]: growing(1),
  [`proofmill_collector_commit_duration_seconds_bucket{${collector}, stage="label", le="300"}`]: growing(1),
  [`proofmill_collector_commit_duration_seconds_bucket{${collector}, stage="label", le="+Inf"}`]: growing(1),
};

/** The series that differ from a healthy installation; none stands for a series that is gone. */
export const troubles: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  ProofmillOperatorDown: { [`up{${operator}}`]: steady(0) },
  ProofmillOperatorNotLeading: { [`proofmill_operator_leading{${operator}}`]: steady(0) },
  ProofmillReconcileFails: { [`proofmill_operator_reconcile_failures_total{${operator}}`]: growing(1) },
  ProofmillOperatorStuck: {
    [`proofmill_operator_waiting_jobs{${operator}}`]: steady(3),
    [`proofmill_operator_reconcile_duration_seconds_count{${operator}}`]: steady(40),
  },
  ProofmillJobFailed: { [`proofmill_operator_jobs{${operator}, phase="LimitReached"}`]: '0x42 1x18' },
  ProofmillStageStalled: { [`proofmill_stage_last_progress_timestamp_seconds{${driver}, stage="label"}`]: steady(600) },
  ProofmillStageWithoutWorkers: { [`proofmill_worker_slots{${worker}, stage="label"}`]: null },
  ProofmillEngineDown: { [`proofmill_engine_up{${worker}, stage="label"}`]: steady(0) },
  ProofmillManyFailedItems: {
    [`proofmill_worker_items_total{${worker}, stage="label", result="failed"}`]: growing(20),
  },
  ProofmillManyUnreadableAnswers: {
    [`proofmill_worker_unreadable_answers_total{${worker}, stage="label"}`]: growing(400),
  },
  ProofmillTasksSentAgain: { [`proofmill_tasks_sent_total{${driver}, reason="again"}`]: growing(50) },
  ProofmillOutcomesQuarantined: {
    [`proofmill_collector_outcomes_total{${collector}, stage="label", fate="quarantined"}`]: '5x42 6x18',
  },
  ProofmillCommitsSlow: {
    [`proofmill_collector_commit_duration_seconds_bucket{${collector}, stage="label", le="60"}`]: steady(0),
    [`proofmill_collector_commit_duration_seconds_bucket{${collector}, stage="label", le="120"}`]: steady(0),
  },
  ProofmillNatsDisconnected: { [`proofmill_nats_connected{${worker}}`]: steady(0) },
  ProofmillRoleUnreachable: { [`up{${collector}}`]: steady(0) },
};

/** The series of a scene, without those that are gone. */
export const withTrouble = (trouble: Readonly<Record<string, string | null>>): Series =>
  Object.fromEntries(
    Object.entries({ ...healthy, ...trouble }).filter((entry): entry is [string, string] => entry[1] !== null),
  );
