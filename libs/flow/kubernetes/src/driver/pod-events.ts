import type { Clock, KubernetesApi, KubernetesObject } from '@proofmill/contract';
import { isBeingSetUp, kinds, lacksPods } from '@proofmill/kubernetes-objects';

/**
 * An API server reads all events of a namespace to answer for a few, so they are asked for only where nothing else explains why pods
 * are missing, and more and more seldom.
 */
const patienceMs = 3_000;
const firstPauseMs = 6_000;
const longestPauseMs = 60_000;

/** Pods that wait for volumes or network: nothing but events says why. The other warnings about pods are in their status too. */
const aboutSetUp = {
  'involvedObject.kind': 'Pod',
  type: 'Warning',
};

export interface PodEvents {
  /** The events that say why pods of these Jobs are missing or do not start, not older than the pause. */
  about(jobs: readonly KubernetesObject[], pods: readonly KubernetesObject[]): Promise<readonly KubernetesObject[]>;
  /** Forgets them, as nothing is missing. */
  forget(): void;
}

export function podEvents(kubernetes: KubernetesApi, clock: Clock): PodEvents {
  let pauseMs = firstPauseMs;
  let dueAtMs: number | null = null;
  let events: readonly KubernetesObject[] = [];
  return {
    async about(jobs, pods) {
      const selections = [
        ...jobs.filter(lacksPods).map(({ metadata }) => ({ 'involvedObject.uid': metadata.uid ?? '' })),
        ...(pods.some(isBeingSetUp) ? [aboutSetUp] : []),
      ];
      if (selections.length === 0) return events;
      // Every pod waits for a moment.
      dueAtMs ??= clock.now() + patienceMs;
      if (clock.now() < dueAtMs) return events;
      dueAtMs = clock.now() + pauseMs;
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      events = (await Promise.all(selections.map((fields) => kubernetes.list(kinds.event, undefined, fields)))).flat();
      return events;
    },
    forget() {
      pauseMs = firstPauseMs;
      dueAtMs = null;
      events = [];
    },
  };
}
