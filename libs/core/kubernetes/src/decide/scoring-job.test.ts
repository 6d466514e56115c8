import {
  formerFinalizer,
  type JobStatus,
  type KubernetesObject,
  kubernetesAnnotations,
  kubernetesSettingsSchema,
  sha256,
} from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import {
  decide,
  type Installation,
  type JobChange,
  readScoringJob,
  type ScoringJobParts,
  type WantedJob,
} from '../index.ts';

const at = '2026-01-01T00:00:00Z';
const installation: Installation = {
  settings: kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } }),
  settingsConfigMap: 'settings',
  namespace: 'here',
};

type Fields = Record<string, unknown>;

function resourceOf(spec: Fields = {}, metadata: Fields = {}, status?: Partial<JobStatus>): KubernetesObject {
  return {
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'one', uid: 'uid-1', generation: 1, ...metadata },
    spec: {
      corpus: { uris: ['s3://b/pairs.jsonl'] },
      pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model: 'm' } }],
      output: { uri: 's3://b/out' },
      ...spec,
    },
    ...(status ? { status } : {}),
  };
}

function wantedOf(
  resource: KubernetesObject,
  { difference = null, change = 'none' }: { difference?: string | null; change?: JobChange } = {},
): WantedJob {
  const read = readScoringJob(resource);
  if ('problem' in read) throw new Error(read.problem);
  return { ...read, jobDigest: 'd', difference, change };
}

const said = (status: Partial<JobStatus>): JobStatus => ({
  ...{ phase: 'Running', message: 'labelling', stage: 'label', done: 5, total: 10, failed: 0, recordsPerSecond: 2 },
  ...{ rate: '2/s', etaSeconds: 3, eta: '3s', workers: '2/2', stages: [], output: 's3://b/out', conditions: [] },
  ...status,
});

interface JobFields {
  readonly status?: Fields;
  readonly suspend?: boolean;
  readonly annotation?: Partial<JobStatus>;
  readonly metadata?: Fields;
  /** Of the file that it follows; null for one of an earlier version. Default: of its file. */
  readonly taken?: string | null;
}

function driverOf(
  resource: KubernetesObject,
  { status = {}, suspend = false, annotation, metadata, taken }: JobFields = {},
) {
  const file = sha256(wantedOf(resource).jobYaml);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'one-driver',
      ownerReferences: [{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', name: 'one', uid: 'uid-1' }],
      annotations: {
        [kubernetesAnnotations.jobFile]: file,
        ...(taken === null ? {} : { [kubernetesAnnotations.jobFileTaken]: taken ?? file }),
        ...(annotation ? { [kubernetesAnnotations.status]: JSON.stringify(said(annotation)) } : {}),
      },
      ...metadata,
    },
    spec: { suspend },
    status,
  } satisfies KubernetesObject;
}

const stageJob = (name: string, suspend: boolean, labels: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, labels },
  spec: { suspend },
});

const podOf = (component: string, status: Fields = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { 'app.kubernetes.io/component': component } },
  status,
});

function decided(
  resource: KubernetesObject,
  parts: Partial<ScoringJobParts> = {},
  than: Parameters<typeof wantedOf>[1] = {},
) {
  const whole = { resource, driver: null, stages: [], pods: [], ...parts };
  const decision = decide(whole, wantedOf(resource, than), installation, at);
  const actions = decision.actions.map((action) => {
    if (action.do === 'apply') return `apply ${action.object.kind} ${action.object.metadata.name}`;
    if (action.do === 'remove') return `remove ${action.ref.name} ${action.how}`;
    return `patch ${action.ref.name} ${JSON.stringify(action.change)}`;
  });
  return { ...decision, actions };
}

const endedAt = '2026-01-01T00:00:30Z';
const ended = (type: string, message = ''): Fields => ({
  conditions: [{ type, status: 'True', message, lastTransitionTime: endedAt }],
});
const conditionOf = (status: JobStatus | null, type: string) =>
  status?.conditions.find((condition) => condition.type === type);

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

  it('of a later version runs without the fields that are unknown here, and says so once', () => {
    const engine = { model: 'm', later: 1 };
    const pipeline = [{ stage: 'label', judge: 'gram-r2', engine }];
    const resource = resourceOf({ pipeline });
    const wanted = wantedOf(resource);
    expect(wanted.unknown).toEqual(['spec.pipeline[0].engine.later']);
    // Its driver may know them.
    expect(JSON.parse(wanted.jobYaml)).toMatchObject({ spec: { pipeline } });
    const message = ' (ignored, as this version of Proofmill does not know it: spec.pipeline[0].engine.later)';
    const created = decided(resource);
    expect(created).toMatchObject({ state: 'new', status: { message: `the driver is being created${message}` } });
    const driver = driverOf(resource, { annotation: {} });
    expect(decided(resource, { driver }).status?.message).toBe(`labelling${message}`);
    // The next turn finds it as it should be.
    const stored = { ...resource, status: created.status };
    expect(decided(stored).status).toBeNull();
    expect(decided(stored, { driver: driverOf(resource) }).status?.message ?? created.status?.message).toBe(
      created.status?.message,
    );
  });

  it('of a later version is read from a status with fields that are unknown here', () => {
    const resource = resourceOf();
    const later = { later: true, conditions: [] } as Partial<JobStatus>;
    const driver = driverOf(resource, { annotation: later });
    expect(decided(resource, { driver }).status).toMatchObject({ phase: 'Running', done: 5 });
  });

  it('of a later version keeps a phase and conditions that are unknown here, and nothing else of its status is lost', () => {
    const later = {
      type: 'Later',
      status: 'Maybe',
      reason: 'R',
      message: 'm',
      lastTransitionTime: '2020-01-01T00:00:00Z',
    };
    const stored = said({
      phase: 'Warming',
      conditions: [later],
      stages: [null as never],
      etaSeconds: 'soon' as never,
    });
    const { status } = decided(resourceOf({}, {}, stored), {
      driver: driverOf(resourceOf(), { annotation: { phase: 'Warming' } }),
    });
    expect(status).toMatchObject({ phase: 'Warming', done: 5, output: 's3://b/out' });
    expect(conditionOf(status, 'Later')).toEqual(later);
    // Without a driver's report, what is stored counts.
    const alone = decided(resourceOf({ suspend: true }, {}, stored)).status;
    expect(alone).toMatchObject({ phase: 'Suspended', done: 5, stages: [], etaSeconds: null });
    expect(conditionOf(alone, 'Later')).toEqual(later);
  });

  const started = '2025-12-31T23:00:00Z';
  const deadline = (driver: KubernetesObject, seconds: number, left = seconds): KubernetesObject => ({
    ...driver,
    metadata: {
      ...driver.metadata,
      annotations: { ...driver.metadata.annotations, [kubernetesAnnotations.deadline]: String(seconds) },
    },
    spec: { ...(driver.spec as Fields), activeDeadlineSeconds: left },
  });

  it('says when it became active and when it ended, as its driver does', () => {
    const resource = resourceOf();
    expect(decided(resource, { driver: driverOf(resource) }).status).not.toHaveProperty('startTime');
    const running = decided(resource, {
      driver: driverOf(resource, { status: { startTime: started }, annotation: {} }),
    });
    expect(running.status).toMatchObject({ startTime: started });
    expect(running.status).not.toHaveProperty('completionTime');
    const status = { startTime: started, ...ended('Complete') };
    const over = decided(resource, { driver: driverOf(resource, { status }) }).status;
    expect(over).toMatchObject({ startTime: started, completionTime: endedAt });
    // Its driver is cleared away.
    const later = { ...resource, status: over, metadata: { ...resource.metadata, generation: 1 } };
    expect(decided(later).state).toBe('finished');
    // A failed one starts again without a driver.
    const failed = { ...resource, status: { ...over, phase: 'Failed' } };
    const again = decided(failed).status;
    expect(again).not.toHaveProperty('startTime');
    expect(again).not.toHaveProperty('completionTime');
  });

  it('gives its deadline to the Job of its driver, and a changed one too, without recreating it', () => {
    const resource = resourceOf({ activeDeadlineSeconds: 600 });
    const decision = decide({ resource, driver: null, stages: [], pods: [] }, wantedOf(resource), installation, at);
    const [, applied] = decision.actions;
    expect(applied).toMatchObject({ object: { spec: { activeDeadlineSeconds: 600 } } });
    const driver = deadline(driverOf(resource, { status: { startTime: started }, annotation: {} }), 600);
    expect(decided(resource, { driver })).toMatchObject({ state: 'driven', actions: [] });
    expect(decided(resourceOf({ activeDeadlineSeconds: 900 }), { driver }).actions).toEqual([
      `patch one-driver {"metadata":{"annotations":{"${kubernetesAnnotations.deadline}":"900"}},"spec":{"activeDeadlineSeconds":900}}`,
    ]);
    expect(decided(resourceOf(), { driver }).actions).toEqual([
      `patch one-driver {"metadata":{"annotations":{"${kubernetesAnnotations.deadline}":null}},"spec":{"activeDeadlineSeconds":null}}`,
    ]);
  });

  it('has used some of its deadline when its driver is recreated, and all of it is left when it resumes', () => {
    // It became active an hour ago.
    const running = said({ startTime: started });
    const resource = resourceOf({ activeDeadlineSeconds: 4000 }, {}, running);
    const decision = decide({ resource, driver: null, stages: [], pods: [] }, wantedOf(resource), installation, at);
    const startedAt = { [kubernetesAnnotations.startedAt]: started };
    expect(decision.actions[1]).toMatchObject({
      object: { metadata: { annotations: startedAt }, spec: { activeDeadlineSeconds: 400 } },
    });
    expect(decision.status).toMatchObject({ startTime: started });

    // The new driver starts ten seconds later.
    const bare = driverOf(resource, { status: { startTime: '2026-01-01T00:00:10Z' }, annotation: {} });
    const annotations = { ...bare.metadata.annotations, ...startedAt };
    const driver = deadline({ ...bare, metadata: { ...bare.metadata, annotations } }, 4000, 400);
    const first = decided(resource, { driver });
    expect(first.actions).toEqual([expect.stringContaining('"spec":{"activeDeadlineSeconds":390}')]);
    expect(first.status?.startTime ?? started).toBe(started);
    expect(decided(resource, { driver: deadline(driver, 4000, 390) }).actions).toEqual([]);

    const asleep = deadline({ ...driver, spec: { suspend: true } }, 4000, 390);
    expect(decided(resource, { driver: asleep }).actions).toEqual([
      'patch one-driver {"spec":{"suspend":false}}',
      `patch one-driver {"metadata":{"annotations":{"${kubernetesAnnotations.startedAt}":null}}}`,
    ]);
  });

  it('has all of its deadline when it resumes and its driver was removed to suspend it', () => {
    const spec = { activeDeadlineSeconds: 4000 };
    const suspended = resourceOf({ ...spec, suspend: true }, {}, said({ startTime: started }));
    const { state, actions, status } = decided(suspended);
    expect({ state, actions }).toEqual({ state: 'suspended', actions: [] });
    expect(status).toMatchObject({ phase: 'Suspended', startTime: started });
    const resource = resourceOf(spec, {}, status as JobStatus);
    const decision = decide({ resource, driver: null, stages: [], pods: [] }, wantedOf(resource), installation, at);
    const [, applied] = decision.actions;
    expect(applied).toMatchObject({ object: { spec: { activeDeadlineSeconds: 4000 } } });
    expect(JSON.stringify(applied)).not.toContain(kubernetesAnnotations.startedAt);
    expect(decision.status).not.toHaveProperty('startTime');
  });

  it('that its deadline has ended fails, leaves no Jobs of stages, and starts again with another deadline', () => {
    const resource = resourceOf({ activeDeadlineSeconds: 600 });
    const condition = {
      type: 'Failed',
      status: 'True',
      reason: 'DeadlineExceeded',
      message: 'm',
      lastTransitionTime: at,
    };
    const status = { startTime: started, conditions: [condition] };
    const driver = deadline(driverOf(resource, { status, annotation: { phase: 'LimitReached' } }), 600);
    const over = decided(resource, { driver, stages: [stageJob('w', false)] });
    expect(over).toMatchObject({ state: 'finished', actions: ['remove w background'], status: { phase: 'Failed' } });
    expect(over.status?.message).toMatch(/longer than its deadline of 600 s .*what is labelled stays/);
    expect(conditionOf(over.status, 'Failed')).toMatchObject({ status: 'True', reason: 'DeadlineExceeded' });
    const longer = resourceOf({ activeDeadlineSeconds: 1200 });
    expect(decided(longer, { driver }).actions).toEqual(['remove one-driver foreground']);
    expect(decided(resourceOf(), { driver }).state).toBe('changed');
  });

  it.each(['Complete', 'Failed'])(
    'that ended with %s is deleted when its time has come, in the version that was seen',
    (type) => {
      const resource = resourceOf({ ttlSecondsAfterFinished: 60 }, { resourceVersion: '7' });
      const driver = driverOf(resource, { status: { startTime: started, ...ended(type) } });
      const { status } = decided(resource, { driver });
      const seen = { ...resource, status };
      const decisionAt = (time: string) =>
        decide({ resource: seen, driver, stages: [], pods: [] }, wantedOf(seen), installation, time);
      const actionsAt = (time: string) => decisionAt(time).actions;
      // Nobody could have seen the end before it was in the status.
      expect(decided(resource, { driver }).actions).toEqual([]);
      // It is looked at again just then.
      expect(decisionAt('2026-01-01T00:01:29Z')).toMatchObject({ actions: [], againAfterSeconds: 1 });
      expect(actionsAt('2026-01-01T00:01:30Z')).toEqual([
        {
          do: 'remove',
          ref: expect.objectContaining({ kind: 'ScoringJob', name: 'one' }),
          how: 'background',
          of: seen,
        },
      ]);
    },
  );

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
