/** What an operator counts: around the API server, and from its events. */
import { type KubernetesApi, type KubernetesObject, jobPhases } from '@proofmill/contract';
import { countedKubernetes } from './counted-kubernetes.ts';
import { type PortMeters, portMeters } from './port-meters.ts';
import type { Status } from './status.ts';

/** The events of an operator that are counted. */
export interface OperatorCounts {
  onLeading(isLeading: boolean): void;
  /** All ScoringJobs that the operator sees. */
  onJobs(jobs: readonly KubernetesObject[]): void;
  /** One ScoringJob was looked at; `isDone`: it has not to be looked at again. */
  onReconciled(tookMs: number, isDone: boolean): void;
}

export interface OperatorMeters {
  readonly decorate: PortMeters;
  readonly events: OperatorCounts;
}

/** An operator asks the API server every two seconds, whether it leads or follows. */
const silenceMs = 60_000;

export function operatorMeters({ metrics, checks }: Status): OperatorMeters {
  let answeredAtMs: number | null = null;
  checks.needs(() => {
    if (answeredAtMs === null) return 'the API server has not answered yet';
    const silentMs = performance.now() - answeredAtMs;
    return silentMs <= silenceMs ? null : `the API server has not answered for ${Math.round(silentMs / 1000)} s`;
  });
  const countJobs = (jobs: readonly KubernetesObject[]): void => {
    const byPhase = Map.groupBy(jobs, phaseOf);
    for (const phase of jobPhases) {
      metrics.set('proofmill_operator_jobs', byPhase.get(phase)?.length ?? 0, { phase });
    }
  };
  metrics.set('proofmill_operator_leading', 0);
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
        // What it saw last grows old: the operator that leads now counts them.
        if (!isLeading) countJobs([]);
      },
      onJobs: countJobs,
      onReconciled(tookMs, isDone) {
        metrics.observe('proofmill_operator_reconcile_duration_seconds', tookMs / 1000);
        if (!isDone) metrics.add('proofmill_operator_reconcile_failures_total');
      },
    },
  };
}

/** A job without a status is new. */
const phaseOf = ({ status }: KubernetesObject): string =>
  (status as { phase?: string } | undefined)?.phase ?? 'Pending';
