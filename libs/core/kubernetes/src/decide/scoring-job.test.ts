import {
  formerFinalizer,
  type JobStatus,
  type KubernetesObject,
  kubernetesAnnotations,
  sha256,
} from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { decide, readScoringJob } from '../index.ts';
import {
  type Fields,
  type JobFields,
  at,
  conditionOf,
  decided,
  driverOf,
  ended,
  installation,
  podOf,
  resourceOf,
  said,
  stageJob,
  wantedOf,
} from './scoring-job.fixture.ts';

describe('a ScoringJob', () => {
  it('that is new gets its file and its driver', () => {
    const decision = decided(resourceOf());
    expect(decision.actions).toEqual(['apply ConfigMap one-job', 'apply Job one-driver']);
    expect(decision.status).toMatchObject({ phase: 'Pending', output: 's3://b/out', observedGeneration: 1 });
  });

  it('has the status of its driver, and is written only when that changes', () => {
    const resource = resourceOf();
    const driver = driverOf(resource, { annotation: { replicas: 2 }, status: { active: 1 } });
    const first = decided(resource, { driver });
    expect(first).toMatchObject({ state: 'driven', actions: [] });
    const selector = 'proofmill.dev/job=one,app.kubernetes.io/component=worker';
    expect(first.status).toMatchObject({
      phase: 'Running',
      done: 5,
      rate: '2/s',
      workers: '2/2',
      replicas: 2,
      selector,
    });
    // The API server drops every field that is null.
    const planning = { total: null, stages: [{ name: 'label', run: 'r', done: 0, total: null, failed: 0 }] };
    const { total, ...kept } = decided(resource, {
      driver: driverOf(resource, { annotation: planning }),
    }).status as JobStatus;
    expect(total).toBeNull();
    const stored = { ...kept, stages: [{ name: 'label', run: 'r', done: 0, failed: 0 }] } as unknown as JobStatus;
    expect(
      decided({ ...resource, status: stored }, { driver: driverOf(resource, { annotation: planning }) }).status,
    ).toBeNull();
  });

  it('is complete when its driver is', () => {
    const resource = resourceOf();
    const driver = driverOf(resource, {
      annotation: { phase: 'Succeeded', message: 'done' },
      status: ended('Complete'),
    });
    const { state, actions, status } = decided(resource, { driver });
    expect({ state, actions }).toEqual({ state: 'finished', actions: [] });
    expect(conditionOf(status, 'Complete')).toMatchObject({ status: 'True', lastTransitionTime: at });
    expect(status).toMatchObject({ phase: 'Succeeded', rate: '', eta: '' });
  });

  it('says why its driver failed, even where the driver could not report it', () => {
    const resource = resourceOf();
    const silent = driverOf(resource, { annotation: { replicas: 2 }, status: ended('Failed', 'exit code 2') });
    expect(decided(resource, { driver: silent }).status).toMatchObject({
      ...{ phase: 'Failed', message: 'exit code 2', replicas: 0 },
    });
    const driver = driverOf(resource, {
      annotation: { phase: 'LimitReached', message: 'too many' },
      status: ended('Failed'),
    });
    const { status } = decided(resource, { driver });
    expect(status).toMatchObject({ phase: 'LimitReached', message: 'too many' });
    expect(conditionOf(status, 'Failed')?.status).toBe('True');
  });

  it('keeps the transition time of a condition that did not change', () => {
    const old = {
      type: 'Complete',
      status: 'False',
      reason: 'Pending',
      message: '',
      lastTransitionTime: '2020-01-01T00:00:00Z',
    } as const;
    const resource = resourceOf({}, {}, said({ conditions: [old] }));
    const { status } = decided(resource, { driver: driverOf(resource, { annotation: { done: 6 } }) });
    expect(conditionOf(status, 'Complete')?.lastTransitionTime).toBe('2020-01-01T00:00:00Z');
  });

  it('that is suspended has its driver suspended first, and its stages when the driver has no pod', () => {
    const resource = resourceOf({ suspend: true });
    const stages = [stageJob('w', false), stageJob('c', true)];
    const running = driverOf(resource, { annotation: {}, status: { active: 1 } });
    const first = decided(resource, { driver: running, stages });
    expect(first.actions).toEqual(['patch one-driver {"spec":{"suspend":true}}']);
    expect(first.status).toMatchObject({ phase: 'Suspended', rate: '', workers: '0/2' });
    const ending = driverOf(resource, { suspend: true, status: { terminating: 1 } });
    expect(decided(resource, { driver: ending, stages }).actions).toEqual([]);
    const gone = driverOf(resource, { suspend: true });
    expect(decided(resource, { driver: gone, stages }).actions).toEqual(['patch w {"spec":{"suspend":true}}']);
  });

  it('that resumes has all of its Jobs resumed', () => {
    const resource = resourceOf({ suspend: false });
    const stages = [stageJob('w', true)];
    const asleep = driverOf(resource, { suspend: true, annotation: { phase: 'Suspended' } });
    const first = decided(resource, { driver: asleep, stages });
    expect(first.actions).toEqual(['patch one-driver {"spec":{"suspend":false}}']);
    expect(first.status?.phase).toBe('Pending');
    expect(decided(resource, { driver: driverOf(resource), stages }).actions).toEqual([
      'patch w {"spec":{"suspend":false}}',
    ]);
  });

  it('in a queue of Kueue has its workers removed, as only Kueue suspends them', () => {
    const resource = resourceOf({ suspend: true }, { labels: { 'kueue.x-k8s.io/queue-name': 'q', other: 'x' } });
    const stages = [stageJob('w', false, { 'kueue.x-k8s.io/queue-name': 'q' }), stageJob('c', false)];
    const { actions } = decided(resource, { driver: driverOf(resource, { suspend: true }), stages });
    expect(actions).toEqual(['remove w background', 'patch c {"spec":{"suspend":true}}']);
    const queued = { ...resource, spec: { ...(resource.spec as Fields), suspend: false } };
    expect(
      decided(queued, { driver: driverOf(queued), stages: [stageJob('w', true, { 'kueue.x-k8s.io/queue-name': 'q' })] })
        .actions,
    ).toEqual([]);
    expect(wantedOf(resource).job.metadata.labels).toEqual({ 'kueue.x-k8s.io/queue-name': 'q' });
    const annotations = { 'kueue.x-k8s.io/job-min-parallelism': '1', 'kubectl.kubernetes.io/last-applied': 'x' };
    expect(wantedOf(resourceOf({}, { annotations })).job.metadata).toEqual({
      name: 'one',
      annotations: { 'kueue.x-k8s.io/job-min-parallelism': '1' },
    });
  });

  it('that is created suspended gets its driver when it resumes, as Kueue would start one earlier', () => {
    const resource = resourceOf({ suspend: true });
    const decision = decided(resource);
    expect(decision).toMatchObject({ state: 'suspended', actions: [], status: { phase: 'Suspended' } });
    expect(conditionOf(decision.status, 'Suspended')?.status).toBe('True');
    expect(decided(resourceOf({ suspend: false }))).toMatchObject({ state: 'new' });
  });

  describe('whose driver Kueue has put into a queue', () => {
    const labels = { 'kueue.x-k8s.io/queue-name': 'default' };
    const queuedDriver = (resource: KubernetesObject, fields: JobFields = {}) => {
      const driver = driverOf(resource, fields);
      return { ...driver, metadata: { ...driver.metadata, labels } };
    };
    const workers = stageJob('w', false, labels);

    it('is Queued while Kueue has not admitted it: nothing is resumed against Kueue', () => {
      const resource = resourceOf();
      const driver = queuedDriver(resource, { suspend: true });
      const { actions, status } = decided(resource, { driver, stages: [stageJob('c', true)] });
      expect(actions).toEqual([]);
      expect(status).toMatchObject({
        phase: 'Queued',
        message: expect.stringMatching(
          /^the driver waits in the queue default until Kueue admits it: kubectl get workl/,
        ),
      });
      expect(conditionOf(status, 'Queued')?.status).toBe('True');
      expect(conditionOf(status, 'Suspended')?.status).toBe('False');
    });

    it('has its workers removed when Kueue has stopped its driver, and not before its pod is gone', () => {
      const resource = resourceOf();
      const stages = [workers, stageJob('c', true)];
      const annotation = { phase: 'Running', workers: '2/2' } as const;
      const stopping = queuedDriver(resource, { suspend: true, annotation, status: { terminating: 1 } });
      const first = decided(resource, { driver: stopping, stages });
      expect(first.actions).toEqual([]);
      expect(first.status).toMatchObject({ phase: 'Queued', workers: '0/2', rate: '' });
      const stopped = queuedDriver(resource, { suspend: true, annotation });
      expect(decided(resource, { driver: stopped, stages }).actions).toEqual(['remove w background']);
    });

    it('is driven as any other when Kueue has admitted it, and no worker is resumed', () => {
      const resource = resourceOf();
      const driver = queuedDriver(resource, { annotation: { phase: 'Queued', message: 'w waits' } });
      const waiting = stageJob('w', true, labels);
      const { state, actions, status } = decided(resource, { driver, stages: [waiting, stageJob('c', true)] });
      expect({ state, actions }).toEqual({ state: 'driven', actions: ['patch c {"spec":{"suspend":false}}'] });
      expect(status).toMatchObject({ phase: 'Queued', message: 'w waits' });
    });

    it('is suspended by removing its driver, which Kueue would resume', () => {
      const resource = resourceOf({ suspend: true });
      const driver = queuedDriver(resource, { status: { active: 1 } });
      expect(decided(resource, { driver, stages: [workers] }).actions).toEqual(['remove one-driver foreground']);
      const held = queuedDriver(resource, { suspend: true });
      expect(decided(resource, { driver: held }).actions).toEqual(['remove one-driver foreground']);
      const going = { ...driver, metadata: { ...driver.metadata, deletionTimestamp: at } };
      const { actions, status } = decided(resource, { driver: going });
      expect(actions).toEqual([]);
      expect(status).toMatchObject({ phase: 'Suspended', message: 'suspending: the driver is being removed' });
    });
  });

  describe('with another fleet or other limits', () => {
    const before = resourceOf();
    const spec = { pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' }, fleet: { workers: 3 } }] };
    const resource = resourceOf(spec, { generation: 2 });
    const file = sha256(wantedOf(resource).jobYaml);
    const told = [
      'apply ConfigMap one-job',
      `patch one-driver {"metadata":{"annotations":{"${kubernetesAnnotations.jobFile}":"${file}"}}}`,
    ];
    const change = 'in place' as const;

    it('has its driver told, which stays', () => {
      const running = decided(resource, { driver: driverOf(before, { annotation: {} }) }, { change });
      expect(running).toMatchObject({ state: 'driven', actions: told, status: { phase: 'Running' } });
    });

    it('has its driver told while it is suspended', () => {
      const suspended = { ...resource, spec: { ...(resource.spec as Fields), suspend: true } };
      const { actions } = decided(suspended, { driver: driverOf(before, { suspend: true }) }, { change });
      expect(actions).toEqual(told);
    });

    it('has a driver of an earlier version recreated, as that would not listen', () => {
      const driver = driverOf(before, { annotation: {}, taken: null });
      expect(decided(resource, { driver }, { change }).actions).toEqual(['remove one-driver foreground']);
      expect(decided(resource, { driver }, { change: 'none' }).actions).toEqual([]);
    });

    it('starts again when it had failed, even where its driver was told in its last moment', () => {
      const failed = driverOf(before, { annotation: { phase: 'LimitReached' }, status: ended('Failed') });
      expect(decided(resource, { driver: failed }, { change }).actions).toEqual(['remove one-driver foreground']);
      expect(decided(before, { driver: failed }).actions).toEqual([]);
      const untaken = driverOf(resource, { status: ended('Failed'), taken: 'the digest before' });
      expect(decided(resource, { driver: untaken }).actions).toEqual(['remove one-driver foreground']);
      const done = driverOf(before, { annotation: { phase: 'Succeeded' }, status: ended('Complete') });
      expect(decided(resource, { driver: done }, { change })).toMatchObject({ state: 'finished', actions: [] });
    });
  });

  it('whose driver needs something else at its start has it recreated, when everything that the old one created is gone', () => {
    const before = resourceOf();
    const resource = resourceOf({ files: 'prompts' }, { generation: 2 });
    const driver = driverOf(before, { annotation: {} });
    expect(decided(resource, { driver }, { change: 'driver' }).actions).toEqual(['remove one-driver foreground']);
    const going = driverOf(before, { metadata: { ...driver.metadata, deletionTimestamp: at } });
    expect(decided(resource, { driver: going }).actions).toEqual([]);
    expect(decided(resource, { stages: [stageJob('w', false)] })).toMatchObject({ state: 'waiting', actions: [] });
    expect(decided(resource)).toMatchObject({ state: 'new' });
  });

  it('continues as it was where its labels would change, and says what differs', () => {
    const resource = resourceOf();
    const { state, actions, status } = decided(
      resource,
      { driver: driverOf(resource, { annotation: {} }) },
      { difference: 'a: 1 -> 2' },
    );
    expect({ state, actions }).toEqual({ state: 'conflicting', actions: [] });
    expect(status).toMatchObject({ phase: 'Running', message: expect.stringContaining('a: 1 -> 2') });
  });

  it('that succeeded is not started again when its driver is cleared away', () => {
    const selector = 'proofmill.dev/job=one,app.kubernetes.io/component=worker';
    const resource = resourceOf({}, {}, said({ phase: 'Succeeded', observedGeneration: 1, replicas: 0, selector }));
    expect(decided(resource)).toMatchObject({ state: 'finished', actions: [], status: null });
    expect(decided(resourceOf({}, {}, said({ phase: 'Failed', observedGeneration: 1 }))).state).toBe('new');
  });

  it('whose output belongs to another one fails before it begins, and starts when it is free', () => {
    const resource = resourceOf();
    const { state, actions, status } = decided(resource, { outputProblem: 'the output is that of two' });
    expect({ state, actions }).toEqual({ state: 'refused', actions: [] });
    expect(status).toMatchObject({ phase: 'Failed', message: 'the output is that of two' });
    expect(conditionOf(status, 'Failed')).toMatchObject({ status: 'True', reason: 'OutputTaken' });
    const freed = decided({ ...resource, status });
    expect(freed).toMatchObject({ state: 'new', status: { phase: 'Pending', message: 'the driver is being created' } });
    expect(conditionOf(freed.status, 'Failed')?.status).toBe('False');
    const begun = { driver: driverOf(resource, { annotation: {} }), outputProblem: 'x' };
    expect(decided(resource, begun).state).toBe('driven');
  });

  it('does not take a Job that belongs to somebody else', () => {
    const resource = resourceOf();
    const driver = driverOf(resource, { metadata: { name: 'one-driver', ownerReferences: [] } });
    const { actions, status } = decided(resource, { driver });
    expect(actions).toEqual([]);
    expect(conditionOf(status, 'Stalled')?.message).toContain('does not belong to this ScoringJob');
    expect(decided(resourceOf({}, { deletionTimestamp: at }), { driver, pods: [podOf('driver')] }).actions).toEqual([]);
  });

  it('that is being deleted, while somebody waits for it, has its driver removed, and says how many pods are left', () => {
    const resource = resourceOf({}, { deletionTimestamp: at, finalizers: ['foregroundDeletion'] });
    const stages = [stageJob('w', false)];
    const pods = [podOf('worker')];
    const { state, actions, status } = decided(resource, { driver: driverOf(resource), stages, pods });
    expect({ state, actions }).toEqual({ state: 'deleting', actions: ['remove one-driver background'] });
    expect(status?.message).toBe('deleting: 1 pod is left; the output stays');
    expect(decided(resource, { stages, pods }).actions).toEqual([]);
  });

  it.each([
    ['has not begun', () => ({}), {}],
    ['runs', (resource: KubernetesObject) => ({ driver: driverOf(resource, { annotation: {} }) }), {}],
    [
      'is finished',
      (resource: KubernetesObject) => ({ driver: driverOf(resource, { status: ended('Complete') }) }),
      {},
    ],
    ['cannot be read', () => ({}), { spec: {} }],
    ['is being deleted', () => ({}), { deletionTimestamp: at }],
  ])('that %s loses the finalizer of former versions, and keeps those of others', (_name, partsOf, metadata) => {
    const resource = resourceOf({}, { finalizers: ['theirs/one', formerFinalizer], resourceVersion: '7', ...metadata });
    const { actions } = decided(resource, partsOf(resource));
    expect(actions[0]).toBe('patch one {"metadata":{"resourceVersion":"7","finalizers":["theirs/one"]}}');
    expect(decided(resourceOf({}, metadata), partsOf(resource)).actions.join()).not.toContain('finalizers');
  });

  it('waits until nothing of an earlier ScoringJob of its name runs any more', () => {
    const resource = resourceOf({}, { uid: 'uid-2' });
    // The driver's owner has the same name and another uid.
    const driver = driverOf(resource, { status: { active: 1 } });
    expect(decided(resource, { driver })).toMatchObject({
      state: 'waiting',
      actions: [],
      status: { phase: 'Pending' },
    });
    expect(decided(resource, { driver }).status?.message).toContain('the driver of an earlier ScoringJob of this name');
    const going = decided(resource, { stages: [stageJob('w', false)], pods: [podOf('worker'), podOf('worker')] });
    expect(going).toMatchObject({ state: 'waiting', actions: [] });
    expect(going.status?.message).toBe(
      'waiting until what an earlier driver created is gone: 2 pods are still stopping',
    );
    expect(decided(resource, { pods: [podOf('worker', { phase: 'Failed' })] }).state).toBe('new');
  });

  it('says why its driver cannot run', () => {
    const resource = resourceOf();
    const driver = driverOf(resource);
    const waiting = { reason: 'ErrImagePull', message: 'no such image' };
    const pulling = podOf('driver', { phase: 'Pending', containerStatuses: [{ state: { waiting } }] });
    const { status } = decided(resource, { driver, pods: [pulling] });
    expect(conditionOf(status, 'Stalled')).toMatchObject({
      status: 'True',
      message: expect.stringContaining('no such image'),
    });
    const over = driverOf(resource, { annotation: { phase: 'Succeeded' }, status: ended('Complete') });
    expect(conditionOf(decided(resource, { driver: over, pods: [pulling] }).status, 'Stalled')?.status).toBe('False');
    const now = { ...resource, status: status as JobStatus };
    const { status: well } = decided(now, {
      driver: driverOf(resource, { annotation: {} }),
      pods: [podOf('driver', { phase: 'Running' })],
    });
    expect(conditionOf(well, 'Stalled')?.status).toBe('False');
  });

  it('that cannot be read fails with the reason', () => {
    const resource = resourceOf({ pipeline: [] });
    const read = readScoringJob(resource);
    expect(read).toHaveProperty('problem');
    const decision = decide(
      { resource, driver: null, stages: [], pods: [] },
      read as { problem: string },
      installation,
      at,
    );
    expect(decision).toMatchObject({ state: 'refused', actions: [], status: { phase: 'Failed' } });
    expect(decision.status?.message).toContain('spec.pipeline');
  });
});
