/** An operator over an API server in memory, for tests. */
import { type KubernetesObject, kubernetesSettingsSchema } from '@proofmill/contract';
import { onTestFinished } from 'vitest';
import type { MemoryKubernetes } from '../kubernetes-in-memory.fixture.ts';
import { machineClock } from '../machine-clock.fixture.ts';
import { type OperateOptions, operate } from './operate.ts';

export const settings = kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } });

export const scoringJob = (name: string, namespace = 'here', spec: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name, namespace, generation: 1 } },
  spec: {
    corpus: { uris: ['s3://b/pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' } }],
    output: { uri: `s3://b/${name}` },
    ...spec,
  },
});

export interface RunningOperator {
  readonly reported: string[];
  /** What it reports beside its sentences, in words. */
  readonly events: string[];
  end(): Promise<void>;
}

/** Its clock runs 20 times as fast. */
export function startOperator(
  kubernetes: MemoryKubernetes,
  identity: string,
  options: Partial<OperateOptions> = {},
): RunningOperator {
  const stop = new AbortController();
  const reported: string[] = [];
  const events: string[] = [];
  const ended = operate({
    ...{ kubernetes, identity, clock: machineClock(20), stop: stop.signal, lease: 'proofmill-operator' },
    ...{ watched: ['here'], settingsConfigMap: null },
    installation: async (namespace) => ({ settings, settingsConfigMap: 'settings', namespace }),
    time: () => '2026-01-01T00:00:00.000000Z',
    report: (sentence) => reported.push(sentence),
    events: {
      onLeading: (isLeading) => events.push(isLeading ? 'leads' : 'leads no longer'),
      onView(read) {
        const { jobs, waiting } = read();
        events.push(`sees ${jobs.map(({ metadata }) => metadata.name)}, of which ${waiting} wait`);
      },
      onReconciled: (tookMs, hasFailed) => events.push(`looked at one: ${tookMs >= 0}, failed: ${hasFailed}`),
    },
    ...options,
  });
  const end = async (): Promise<void> => {
    stop.abort();
    await ended;
  };
  onTestFinished(end);
  return { reported, events, end };
}

export const statusOf = (kubernetes: MemoryKubernetes, name: string, namespace = 'here') =>
  kubernetes.all('ScoringJob', namespace)[name]?.status;
