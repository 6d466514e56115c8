/** How the engines beside the workers of a stage have started. */
import type { KubernetesObject } from '@proofmill/contract';
import { type Pod, podOf } from './pod-fields.ts';

export interface EngineStarts {
  /** An engine has been ready once. */
  readonly hasStarted: boolean;
  /** How often the engine of one worker has failed to start, of the worker with the most failures. */
  readonly mostFailures: number;
}

const engineContainer = 'engine';

/** Failed pods of the same index that came before a pod and are not there any more; the Job controller counts them. */
const failuresAnnotation = 'batch.kubernetes.io/job-index-failure-count';

/** `pods` are those of one Job of workers. Nothing has started or failed where no engine is in them. */
export function engineStarts(pods: readonly KubernetesObject[]): EngineStarts {
  const beside = pods.filter((object) => podOf(object).containers.some(({ name }) => name === engineContainer));
  const places = Map.groupBy(beside, (object) => podOf(object).index);
  return {
    hasStarted: beside.some((object) => hasStarted(podOf(object))),
    mostFailures: Math.max(0, ...[...places.values()].map(failuresOf)),
  };
}

/** The worker of a pod is started when the engine beside it has been ready. */
const hasStarted = ({ init, main }: Pod): boolean =>
  init.some(({ name, started }) => name === engineContainer && started) ||
  main.some(({ state = {}, lastState = {} }) => state.running || state.terminated || lastState.terminated);

/** Restarts of the engine, and pods that failed ahead of it, such as by a download of weights. */
function failuresOf(pods: readonly KubernetesObject[]): number {
  const restarts = pods.map((object) => restartsOf(podOf(object))).reduce((sum, count) => sum + count, 0);
  const replaced = Math.max(...pods.map(({ metadata }) => Number(metadata.annotations?.[failuresAnnotation] ?? 0)));
  const failed = pods.filter((object) => podOf(object).phase === 'Failed').length;
  // A failed pod that has been replaced is counted by its replacement.
  return restarts + Math.max(replaced, failed);
}

const restartsOf = ({ init }: Pod): number => init.find(({ name }) => name === engineContainer)?.restartCount ?? 0;
