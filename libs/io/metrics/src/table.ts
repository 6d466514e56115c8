/**
 * Every metric of Proofmill, by name. The registry of a role, the table of docs/operations.md and the checks of the boards and the
 * alerts come from this list.
 *
 * Names follow https://prometheus.io/docs/practices/naming: a unit at the end, `_total` for what only grows. A label has a closed list of
 * values, or one of `openLabels`, whose number a job or the code bounds. The run, the job and the pod are no labels here: Prometheus
 * adds them from the target.
 */
import { failureClasses, jobPhases } from '@proofmill/contract';

/** `node`: of an engine of several nodes, one whose worker only keeps the pod. It has no metrics of its own. */
export type MeteredRole = 'operator' | 'coordinator' | 'worker' | 'collector' | 'node';

type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricMeaning {
  readonly type: MetricType;
  readonly roles: readonly MeteredRole[];
  readonly help: string;
  /** The values of each label; none where they are open, see `openLabels`. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

/** Labels without a list of values, and what bounds them. */
export const openLabels: Readonly<Record<string, string>> = {
  stage: 'the stages of the job',
  kind: 'the kinds of objects that Proofmill reads and writes',
};

const open: readonly string[] = [];
const overNats: readonly MeteredRole[] = ['coordinator', 'worker', 'collector'];
const judges = ['own', 'first'];

/** From a check of a cache to a proof of many thousand tokens. */
const answerSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
/** From a disk to an object store that is slowed down. */
const writeSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const turnSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export const metrics = {
  proofmill_nats_connected: {
    type: 'gauge',
    roles: overNats,
    help: 'Whether the process has its connection to NATS: 1 or 0',
  },
  proofmill_nats_connection_losses_total: {
    type: 'counter',
    roles: overNats,
    help: 'How often the connection to NATS was lost',
  },

  proofmill_stage_records: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'Records of the stage; absent until the stage is planned',
    labels: { stage: open },
  },
  proofmill_stage_finished_records: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'Records of the stage that have an outcome, as far as the coordinator knows',
    labels: { stage: open },
  },
  proofmill_stage_given_records: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'Finished records that no engine was asked about in this life of the coordinator',
    labels: { stage: open },
  },
  proofmill_stage_committed_records: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'Records of committed shards, by what became of them: a row, or a failure without a label',
    labels: { stage: open, fate: ['labelled', 'failed'] },
  },
  proofmill_stage_committed_tokens: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'Tokens that the records of committed shards have cost, where the engine counts',
    labels: { stage: open, direction: ['prompt', 'completion'] },
  },
  proofmill_stage_shards: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'Shards of the stage; absent until the stage is planned',
    labels: { stage: open },
  },
  proofmill_stage_committed_shards: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'Shards of the stage that are committed',
    labels: { stage: open },
  },
  proofmill_stage_under_way: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'Whether the stage is the one under way: 1 or 0',
    labels: { stage: open },
  },
  proofmill_stage_last_progress_timestamp_seconds: {
    type: 'gauge',
    roles: ['coordinator'],
    help: 'When the number of finished records or of committed shards changed last, or the stage began, in seconds since 1970',
    labels: { stage: open },
  },
  proofmill_tasks_sent_total: {
    type: 'counter',
    roles: ['coordinator'],
    help: 'Tasks that NATS has stored: sent for the first time, sent again because outcomes are missing, or offered to idle workers near the end',
    labels: { reason: ['first', 'again', 'take-over'] },
  },
  proofmill_task_queue_full_total: {
    type: 'counter',
    roles: ['coordinator'],
    help: 'Tasks that NATS had no room for; they are sent later',
  },
  proofmill_transport_repairs_total: {
    type: 'counter',
    roles: ['coordinator'],
    help: 'Streams and consumers that were missing or did not deliver, and were created again',
  },

  proofmill_worker_slots: {
    type: 'gauge',
    roles: ['worker'],
    help: 'Answers that the worker asks for at a time, at most',
  },
  proofmill_worker_answers_in_flight: {
    type: 'gauge',
    roles: ['worker'],
    help: 'Answers that the engine has been asked for and has not given yet',
  },
  proofmill_worker_requests_held_back: {
    type: 'gauge',
    roles: ['worker'],
    help: 'Requests in flight that the engine has not seen: a rate of the job or a pause that the server asked for holds them back',
  },
  proofmill_worker_tasks_held: {
    type: 'gauge',
    roles: ['worker'],
    help: 'Tasks that the worker has taken and neither acknowledged nor released',
  },
  proofmill_worker_tasks_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Tasks by what became of them',
    labels: { event: ['taken', 'acknowledged', 'released'] },
  },
  proofmill_worker_items_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Items that the worker has published something about: an outcome, or that its engine died with it',
    labels: { result: ['done', 'failed', 'suspect'] },
  },
  proofmill_worker_failed_items_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Items that failed, by class (docs/output.md)',
    labels: { class: Object.keys(failureClasses) },
  },
  proofmill_worker_taken_over_items_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Items that another worker had under way, and this one finished too',
  },
  proofmill_worker_unreadable_answers_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Answers about finished items that name no verdict',
  },
  proofmill_worker_outcome_bytes_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Bytes of outcomes that NATS has stored',
  },
  proofmill_engine_up: {
    type: 'gauge',
    roles: ['worker'],
    help: 'Whether the engine answers, as far as the worker knows: 1 or 0',
  },
  proofmill_engine_unavailable_seconds_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Time in which the engine answered nothing: until it was found, and while it was in trouble',
  },
  proofmill_engine_requests_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Requests to the engine by how they ended: refused never succeeds, busy and away are tried again, aborted was given up by the worker',
    labels: {
      request: ['chat', 'score', 'tokens', 'logprobs'],
      result: ['answered', 'refused', 'busy', 'away', 'aborted', 'error'],
    },
  },
  proofmill_engine_request_duration_seconds: {
    type: 'histogram',
    roles: ['worker'],
    help: 'How long answered requests took, with the time that they were held back',
    labels: { request: ['chat', 'score', 'tokens', 'logprobs'] },
    buckets: answerSeconds,
  },
  proofmill_engine_answers_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Answers of the engine, by judge: that of the stage, or the one that a cascade begins with',
    labels: { judge: judges },
  },
  proofmill_engine_prompt_tokens_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Prompt tokens of answered requests, where the engine counts',
    labels: { judge: judges },
  },
  proofmill_engine_completion_tokens_total: {
    type: 'counter',
    roles: ['worker'],
    help: 'Completion tokens of answered requests, where the engine counts',
    labels: { judge: judges },
  },

  proofmill_collector_partitions: {
    type: 'gauge',
    roles: ['collector'],
    help: 'Partitions that the process collects now',
  },
  proofmill_collector_batches_total: {
    type: 'counter',
    roles: ['collector'],
    help: 'Batches of outcomes that NATS has delivered',
  },
  proofmill_collector_received_bytes_total: {
    type: 'counter',
    roles: ['collector'],
    help: 'Bytes of these batches',
  },
  proofmill_collector_outcomes_total: {
    type: 'counter',
    roles: ['collector'],
    help: 'Outcomes by fate: journalled, known already, of a committed shard, or set aside in quarantine/',
    labels: { fate: ['accepted', 'duplicate', 'late', 'quarantined'] },
  },
  proofmill_collector_journal_bytes_total: {
    type: 'counter',
    roles: ['collector'],
    help: 'Bytes appended to journals',
  },
  proofmill_collector_journal_sync_duration_seconds: {
    type: 'histogram',
    roles: ['collector'],
    help: 'How long it took until appended outcomes were durable',
    buckets: writeSeconds,
  },
  proofmill_collector_commit_duration_seconds: {
    type: 'histogram',
    roles: ['collector'],
    help: 'How long the commit of a shard took: both files written and read again, then the manifest',
    buckets: [...writeSeconds, 120, 300, 600],
  },
  proofmill_collector_committed_bytes_total: {
    type: 'counter',
    roles: ['collector'],
    help: 'Bytes of the files of committed shards',
  },

  proofmill_operator_leading: {
    type: 'gauge',
    roles: ['operator'],
    help: 'Whether this operator leads: 1 or 0',
  },
  proofmill_operator_jobs: {
    type: 'gauge',
    roles: ['operator'],
    help: 'ScoringJobs by phase, as the operator that leads saw them last',
    labels: { phase: jobPhases },
  },
  proofmill_operator_waiting_jobs: {
    type: 'gauge',
    roles: ['operator'],
    help: 'ScoringJobs that wait to be looked at, as something of them has changed',
  },
  proofmill_operator_reconcile_duration_seconds: {
    type: 'histogram',
    roles: ['operator'],
    help: 'How long it took to compare one ScoringJob with what exists of it, and to do what was missing',
    buckets: turnSeconds,
  },
  proofmill_operator_reconcile_failures_total: {
    type: 'counter',
    roles: ['operator'],
    help: 'Looks at a ScoringJob that failed; each is tried again',
  },
  proofmill_kubernetes_requests_total: {
    type: 'counter',
    roles: ['operator', 'coordinator'],
    help: 'Requests to the API server by verb, kind of object and how they ended',
    labels: {
      verb: ['apply', 'create', 'replace', 'read', 'list', 'patch', 'patchStatus', 'remove', 'observe'],
      kind: open,
      result: ['ok', 'refused', 'away'],
    },
  },
} as const satisfies Readonly<Record<string, MetricMeaning>>;

export type MetricName = keyof typeof metrics;

/** The names of the metrics of a type. */
export type NameOf<Type extends MetricType> = {
  [Name in MetricName]: (typeof metrics)[Name]['type'] extends Type ? Name : never;
}[MetricName];

export const meaningOf = (name: MetricName): MetricMeaning => metrics[name];
