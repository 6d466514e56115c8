/** What an operator counts: around the API server, and from its events. */
import { type KubernetesApi, type KubernetesObject, jobPhases } from '@proofmill/contract';
import { countedKubernetes } from './counted-kubernetes.ts';
import { type PortMeters, portMeters } from './port-meters.ts';
import type { Status } from './status.ts';

/** What an operator that leads sees: its ScoringJobs, and how many of them wait to be looked at. */
interface OperatorView {
  readonly jobs: readonly KubernetesObject[];
  readonly waiting: number;
}

/** The events of an operator that are counted. */
export interface OperatorCounts {
  onLeading(isLeading: boolean): void;
  /** `read` gives what an operator that leads sees now. */
  onView(read: () => OperatorView): void;
  /** One ScoringJob was looked at. */
  onReconciled(tookMs: number, hasFailed: boolean): void;
}

export interface OperatorMeters {
  readonly decorate: PortMeters;
  readonly events: OperatorCounts;
}

/** An operator that leads renews its Lease every five seconds; one that follows reads it every two. */
const silenceMs = 60_000;

export function operatorMeters({ metrics, checks }: Status): OperatorMeters {
  let answeredAtMs: number | null = null;
  checks.needs(() => {
    if (answeredAtMs === null) return 'the API server has not answered yet';
    const silentMs = performance.now() - answeredAtMs;
    return silentMs <= silenceMs ? null : `the API server has not answered for ${Math.round(silentMs / 1000)} s`;
  });
  const count = ({ jobs, waiting }: OperatorView): void => {
    metrics.set('proofmill_operator_waiting_jobs', waiting);
    const byPhase = Map.groupBy(jobs, phaseOf);
    for (const phase of jobPhases) {
      metrics.set('proofmill_operator_jobs', byPhase.get(phase)?.length ?? 0, { phase });
    }
  };
  metrics.set('proofmill_operator_leading', 0);
  let view: (() => OperatorView) | null = null;
  metrics.beforeScrape(() => {
    if (view) count(view());
  });
  return {
    decorate: portMeters(() => checks.turn('the operator'), {
      kubernetes: (port: KubernetesApi) =>
        countedKubernetes(port, metrics, () => {
          answeredAtMs = performance.now();
        }),
    }),
    events: {
      onLeading(isLeading) {
        metrics.set('proofmill_operator_leading', isLeading ? 1 : 0);
        if (isLeading) return;
        // What it saw last grows old: the operator that leads now counts them.
        view = null;
        count({ jobs: [], waiting: 0 });
      },
      onView(read) {
        view = read;
      },
      onReconciled(tookMs, hasFailed) {
        metrics.observe('proofmill_operator_reconcile_duration_seconds', tookMs / 1000);
        if (hasFailed) metrics.add('proofmill_operator_reconcile_failures_total');
      },
    },
  };
}

/** A job without a status is new. */
const phaseOf = ({ status }: KubernetesObject): string =>
  (status as { phase?: string } | undefined)?.phase ?? 'Pending';
