/** What a coordinator counts: around its ports, and from its events. */
import type { Dispatch, KubernetesApi, Manifest, PlanEnd, StageFile, Totals } from '@proofmill/contract';
import { countedKubernetes } from './counted-kubernetes.ts';
import { natsLink } from './nats-link.ts';
import { type PortMeters, portMeters } from './port-meters.ts';
import type { RoleMetrics } from './role-metrics.ts';
import type { Status } from './status.ts';

/** The events of a coordinator that are counted. */
export interface StageEvents {
  onStage(stage: StageFile): void;
  onPlanned(stage: StageFile, end: PlanEnd): void;
  onProgress(stage: StageFile, records: number, given: number): void;
  onCommit(stage: StageFile, manifest: Manifest, totals: Totals): void;
}

export interface CoordinatorMeters {
  readonly decorate: PortMeters;
  onNats(connected: boolean): void;
  readonly events: StageEvents;
}

/** `nowSeconds`: the time of day, in seconds since 1970. */
export function coordinatorMeters(
  { metrics, checks }: Status,
  nowSeconds = (): number => Date.now() / 1000,
): CoordinatorMeters {
  let link: ((connected: boolean) => void) | null = null;
  checks.needs(() => (link ? null : 'there was no connection to NATS yet'));
  return {
    // On Kubernetes the fleet is supervised by a loop of its own, which would hide that the other one hangs.
    decorate: portMeters((name) => checks.turn(name === 'kubernetes' ? 'the fleet' : 'the run'), {
      dispatch: (port: Dispatch) => countedDispatch(port, metrics),
      kubernetes: (port: KubernetesApi) => countedKubernetes(port, metrics),
    }),
    onNats(connected) {
      link ??= natsLink({ metrics, checks });
      link(connected);
    },
    events: countedStages(metrics, nowSeconds),
  };
}

const countedDispatch = (dispatch: Dispatch, metrics: RoleMetrics): Dispatch => ({
  get interruptions() {
    return dispatch.interruptions;
  },
  open: () => dispatch.open(),
  async publish(task) {
    const answer = await dispatch.publish(task);
    const { drive, takeOver } = task.header;
    const reason = takeOver ? 'take-over' : drive > 1 ? 'again' : 'first';
    if (answer === 'stored') metrics.add('proofmill_tasks_sent_total', { reason });
    if (answer === 'full') metrics.add('proofmill_task_queue_full_total');
    return answer;
  },
  queued: (shard) => dispatch.queued(shard),
  demand: () => dispatch.demand(),
  mark: () => dispatch.mark(),
  drained: (partition, mark) => dispatch.drained(partition, mark),
  async mend() {
    const mended = await dispatch.mend();
    metrics.add('proofmill_transport_repairs_total', {}, mended.length);
    return mended;
  },
  announceDone: (signer) => dispatch.announceDone(signer),
  remove: () => dispatch.remove(),
});

function countedStages(metrics: RoleMetrics, nowSeconds: () => number): StageEvents {
  let current: string | null = null;
  let finished = -1;
  const noteProgress = (stage: string): void =>
    metrics.set('proofmill_stage_last_progress_timestamp_seconds', nowSeconds(), { stage });
  return {
    onStage({ definition: { name: stage } }) {
      if (current !== null) metrics.set('proofmill_stage_under_way', 0, { stage: current });
      current = stage;
      finished = -1;
      metrics.set('proofmill_stage_under_way', 1, { stage });
      metrics.set('proofmill_stage_committed_shards', 0, { stage });
      noteProgress(stage);
    },
    onPlanned({ definition: { name: stage } }, { records, shards }) {
      metrics.set('proofmill_stage_records', records, { stage });
      metrics.set('proofmill_stage_shards', shards, { stage });
      noteProgress(stage);
    },
    onProgress({ definition: { name: stage } }, records, given) {
      if (records !== finished) noteProgress(stage);
      finished = records;
      metrics.set('proofmill_stage_finished_records', records, { stage });
      metrics.set('proofmill_stage_given_records', given, { stage });
    },
    onCommit({ definition: { name: stage } }, _manifest, { labelled, failed, tokens }) {
      noteProgress(stage);
      metrics.set('proofmill_stage_committed_records', labelled, { stage, fate: 'labelled' });
      metrics.set('proofmill_stage_committed_records', failed, { stage, fate: 'failed' });
      for (const direction of ['prompt', 'completion'] as const) {
        const spent = tokens[direction];
        if (spent !== null) metrics.set('proofmill_stage_committed_tokens', spent, { stage, direction });
      }
      metrics.addTo('proofmill_stage_committed_shards', 1, { stage });
    },
  };
}
