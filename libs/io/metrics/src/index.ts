/** What a role counts, for Prometheus, and whether it is alive and ready. */
export type { Checks } from './checks.ts';
export type { CollectorMeters } from './collector-meters.ts';
export { collectorMeters } from './collector-meters.ts';
export type { CoordinatorMeters, StageEvents } from './coordinator-meters.ts';
export { coordinatorMeters } from './coordinator-meters.ts';
export type { OperatorCounts, OperatorMeters } from './operator-meters.ts';
export { operatorMeters } from './operator-meters.ts';
export type { Status, StatusOptions } from './status.ts';
export { openStatus } from './status.ts';
export type { MeteredRole, MetricMeaning, MetricName } from './table.ts';
export { metrics, openLabels } from './table.ts';
export type { WorkerMeters } from './worker-meters.ts';
export { workerMeters } from './worker-meters.ts';
