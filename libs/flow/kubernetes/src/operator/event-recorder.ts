/** Writes events on ScoringJobs. They are for people: where they cannot be written, nothing else waits. */
import type { Clock, KubernetesApi, KubernetesObject } from '@proofmill/contract';
import { eventName, eventObject, type JobEvent, kinds } from '@proofmill/kubernetes-objects';

export interface EventRecorder {
  /** In the namespace of the ScoringJob. Never rejects. */
  record(kubernetes: KubernetesApi, resource: KubernetesObject, events: readonly JobEvent[], at: string): Promise<void>;
}

export interface RecorderOptions {
  readonly clock: Clock;
  /** The name of this operator. */
  readonly identity: string;
  readonly report: (sentence: string) => void;
}

/** What comes again within this time is counted, and written with the next one. */
const pauseMs = 10_000;
const mostRemembered = 1_000;

interface Written {
  atMs: number;
  /** Times that are not written yet. */
  more: number;
}

export function eventRecorder({ clock, identity, report }: RecorderOptions): EventRecorder {
  const written = new Map<string, Written>();
  /** Namespaces whose events cannot be written. */
  const failing = new Set<string>();

  async function write(
    kubernetes: KubernetesApi,
    resource: KubernetesObject,
    event: JobEvent,
    { times, last }: { readonly times: number; readonly last: string },
  ): Promise<void> {
    const ref = { ...kinds.event, name: eventName(resource, event) };
    const existing = await kubernetes.read(ref);
    const { count = 0, firstTimestamp: first = last } = (existing ?? {}) as { count?: number; firstTimestamp?: string };
    const object = eventObject(resource, { event, count: count + times, first, last, reporter: identity });
    if (existing === null) await kubernetes.create(object);
    else await kubernetes.patch(ref, { ...object, metadata: {} });
  }

  return {
    async record(kubernetes, resource, events, at) {
      for (const event of events) {
        const key = eventName(resource, event);
        const before = written.get(key);
        if (before && clock.now() - before.atMs < pauseMs) {
          before.more += 1;
          continue;
        }
        try {
          await write(kubernetes, resource, event, { times: 1 + (before?.more ?? 0), last: at });
          forgetOld(written, clock.now());
          written.set(key, { atMs: clock.now(), more: 0 });
          failing.delete(kubernetes.namespace);
        } catch (error) {
          if (!failing.has(kubernetes.namespace)) report(`events cannot be written: ${(error as Error).message}`);
          failing.add(kubernetes.namespace);
        }
      }
    },
  };
}

function forgetOld(written: Map<string, Written>, nowMs: number): void {
  if (written.size < mostRemembered) return;
  for (const [key, { atMs }] of written) if (nowMs - atMs >= pauseMs) written.delete(key);
}
