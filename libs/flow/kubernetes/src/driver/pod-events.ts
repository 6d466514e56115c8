import type { Clock, KubernetesApi, KubernetesObject } from '@proofmill/contract';
import { kinds } from '@proofmill/kubernetes-objects';

/** A namespace has many events, so they are listed only while pods are missing, and not at every turn. */
const pauseMs = 6_000;

export interface PodEvents {
  /** The events about these objects, not older than a few turns. */
  of(objects: readonly KubernetesObject[]): Promise<readonly KubernetesObject[]>;
  /** Forgets them, as nothing is missing. */
  forget(): void;
}

export function podEvents(kubernetes: KubernetesApi, clock: Clock): PodEvents {
  let listedAtMs = Number.NEGATIVE_INFINITY;
  let events: readonly KubernetesObject[] = [];
  return {
    async of(objects) {
      if (clock.now() - listedAtMs <= pauseMs) return events;
      listedAtMs = clock.now();
      const names = new Set(objects.map(({ metadata }) => metadata.name));
      const all = await kubernetes.list(kinds.event);
      events = all.filter(({ involvedObject }) =>
        names.has((involvedObject as { name?: string } | undefined)?.name ?? ''),
      );
      return events;
    },
    forget() {
      events = [];
    },
  };
}
