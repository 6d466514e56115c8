/** The status of a job, as an annotation on its driver's Job: where a user and the operator look. */
import {
  canonicalJson,
  type Job,
  type JobStatus,
  type KubernetesApi,
  kubernetesAnnotations,
  type ObjectRef,
  stageSpecsOf,
} from '@proofmill/contract';
import { drivenStatus, type FleetView, noFleet } from '@proofmill/kubernetes-objects';
import type { Progress } from './progress.ts';

export interface StatusReportOptions {
  readonly kubernetes: KubernetesApi;
  readonly job: Job;
  readonly driverRef: ObjectRef;
  /** The status that an earlier driver reported: conditions that do not change keep their transition times. */
  readonly before: JobStatus | null;
  readonly progress: Progress;
  /** The time, as RFC 3339. */
  readonly time: () => string;
}

export interface StatusReport {
  /** Takes the fleet as a turn has seen it. */
  update(fleet: FleetView): void;
  /** No worker is ready any more, as they are being removed or suspended. */
  workersGone(): void;
  /** Writes the status where it has changed. `end` is how the driver ends; null while it runs. */
  write(end: { readonly phase: JobStatus['phase']; readonly message: string } | null): Promise<void>;
}

export function statusReport(options: StatusReportOptions): StatusReport {
  const { kubernetes, job, driverRef, progress, time } = options;
  let { before } = options;
  let fleet = noFleet;
  let written = '';
  return {
    update(seen) {
      fleet = seen;
    },
    workersGone() {
      if (fleet.workers) fleet = { ...fleet, workers: { ...fleet.workers, ready: 0, existing: 0 } };
    },
    async write(end) {
      const status = drivenStatus({
        output: job.spec.output.uri,
        stageCount: stageSpecsOf(job).length,
        stages: progress.stages,
        recordsPerSecond: progress.recordsPerSecond,
        ...fleet,
        notice: progress.notice,
        end,
        before,
        at: time(),
      });
      const text = canonicalJson(status);
      if (text === written) return;
      await kubernetes.patch(driverRef, { metadata: { annotations: { [kubernetesAnnotations.status]: text } } });
      written = text;
      before = status;
    },
  };
}
