import type { KubernetesObject } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { engineStarts } from './engine-starts.ts';

interface PodParts {
  readonly index?: number;
  readonly phase?: string;
  readonly restarts?: number;
  readonly started?: boolean;
  readonly worker?: object;
  /** Pods of its index that failed before it. */
  readonly before?: number;
  readonly engine?: boolean;
}

function pod({ index = 0, phase = 'Running', restarts = 0, started, worker, before, engine = true }: PodParts = {}) {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: {
      name: 'p',
      labels: { 'batch.kubernetes.io/job-completion-index': String(index) },
      ...(before === undefined
        ? {}
        : { annotations: { 'batch.kubernetes.io/job-index-failure-count': String(before) } }),
    },
    spec: { initContainers: engine ? [{ name: 'engine' }] : [], containers: [{ name: 'worker' }] },
    status: {
      phase,
      initContainerStatuses: engine
        ? [{ name: 'engine', restartCount: restarts, ...(started === undefined ? {} : { started }) }]
        : [],
      containerStatuses: [{ name: 'worker', ...(worker ?? { state: { waiting: { reason: 'PodInitializing' } } }) }],
    },
  } satisfies KubernetesObject;
}

describe('the engines of a fleet', () => {
  it('have not started where none was ever ready, and the worker with the most failures counts', () => {
    const pods = [pod({ restarts: 2 }), pod({ index: 1, restarts: 5 })];
    expect(engineStarts(pods)).toEqual({ hasStarted: false, mostFailures: 5 });
    expect(engineStarts([])).toEqual({ hasStarted: false, mostFailures: 0 });
  });

  it('fail with their pods too, whether those are there or only counted', () => {
    const failed = [1, 2].map(() => pod({ phase: 'Failed' }));
    expect(engineStarts([...failed, pod({ before: 2, restarts: 1 })]).mostFailures).toBe(3);
    expect(engineStarts([pod({ before: 7 })]).mostFailures).toBe(7);
  });

  it.each([
    ['an engine is ready', { started: true }],
    ['a worker runs, which starts when its engine is ready', { restarts: 3, worker: { state: { running: {} } } }],
    ['a worker has ended', { phase: 'Failed', worker: { state: { terminated: { exitCode: 75 } } } }],
  ])('have started where %s', (_name, parts) => {
    expect(engineStarts([pod({ restarts: 9 }), pod({ index: 1, ...parts })]).hasStarted).toBe(true);
  });

  it('are none where they are elsewhere', () => {
    const alone = pod({ engine: false, before: 50, worker: { state: { running: {} } } });
    expect(engineStarts([alone])).toEqual({ hasStarted: false, mostFailures: 0 });
  });
});
