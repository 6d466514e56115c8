import type { KubernetesObject } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { finalSentence, troubleOf } from '../index.ts';

type Fields = Record<string, unknown>;

const image = 'registry.example/vllm:1';

function pod(status: Fields, { name = 'w-0', index = '0', at = '1', metadata = {} }: Fields = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: String(name),
      uid: `uid-${name}`,
      creationTimestamp: `2026-01-01T00:00:0${at}Z`,
      labels: {
        'app.kubernetes.io/component': 'worker',
        'proofmill.dev/stage': 'label',
        'batch.kubernetes.io/job-completion-index': String(index),
      },
      ...(metadata as Fields),
    },
    spec: {
      initContainers: [{ name: 'engine', image, resources: { limits: { memory: '64Gi' } } }],
      containers: [{ name: 'worker', image: 'proofmill:1' }],
    },
    status: { phase: 'Pending', ...status },
  };
}

const engine = (fields: Fields): KubernetesObject =>
  pod({ initContainerStatuses: [{ name: 'engine', image, ...fields }] });
const worker = (terminated: Fields, more: Fields = {}): KubernetesObject =>
  pod({ phase: 'Failed', containerStatuses: [{ name: 'worker', state: { terminated } }] }, more);

const event = (kind: string, name: string, reason: string, message: string, at = '9'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e' },
  ...{ involvedObject: { kind, name, uid: `uid-${name}` }, reason, message, type: 'Warning' },
  lastTimestamp: `2026-01-01T00:00:0${at}Z`,
});

describe('pods that cannot run are explained in one sentence', () => {
  test.each<[string, KubernetesObject, string, string]>([
    [
      'an image that cannot be pulled',
      engine({
        state: {
          waiting: {
            reason: 'ImagePullBackOff',
            message: `Back-off pulling image "${image}": ErrImagePull: failed to resolve "${image}":\n not found`,
          },
        },
      }),
      'ImagePull',
      `1 of 1 workers cannot run: the image ${image} of the container engine cannot be pulled (ImagePullBackOff): ErrImagePull: failed to resolve it: not found`,
    ],
    [
      'a Secret that is missing',
      engine({ state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "hub" not found' } } }),
      'ConfigError',
      '1 of 1 workers cannot run: the container engine cannot be created (CreateContainerConfigError): secret "hub" not found',
    ],
    [
      'no node with room',
      pod({
        conditions: [
          {
            ...{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
            message: '0/3 nodes are available: 3 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: ..',
          },
        ],
      }),
      'Unschedulable',
      '1 of 1 workers cannot run: no node has room for its pod: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu',
    ],
    [
      'an engine that runs out of memory',
      engine({
        restartCount: 2,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      }),
      'OutOfMemory',
      '1 of 1 workers cannot run: the container engine ran out of memory and was killed: its limit is 64Gi',
    ],
    [
      'an engine that crashes',
      engine({
        restartCount: 3,
        state: { running: {} },
        started: false,
        lastState: {
          terminated: { exitCode: 1, reason: 'Error', message: 'Traceback\n  ..\nRuntimeError: no CUDA\n' },
        },
      }),
      'CrashLoop',
      '1 of 1 workers cannot run: the container engine ended with exit code 1, and was restarted 3 times: RuntimeError: no CUDA',
    ],
    [
      'an engine that its startup probe killed',
      engine({
        restartCount: 1,
        started: false,
        state: { running: {} },
        lastState: { terminated: { exitCode: 137, reason: 'Error' } },
      }),
      'CrashLoop',
      '1 of 1 workers cannot run: the container engine ended with signal 9, and was restarted once',
    ],
    [
      'a worker that ended and waits for its next try',
      worker({ exitCode: 75, message: '{"level":30,"msg":"x"}\n{"level":50,"msg":"NATS is away"}\n' }),
      'Exited',
      '1 of 1 workers cannot run: the container worker ended with exit code 75: NATS is away',
    ],
  ])('%s', (_, object, reason, message) => {
    expect(troubleOf([object], [])).toEqual({ reason, message });
  });

  test('a volume that cannot be mounted, which only an event reports', () => {
    const stuck = pod({
      initContainerStatuses: [{ name: 'engine', state: { waiting: { reason: 'PodInitializing' } } }],
    });
    const warning = event('Pod', 'w-0', 'FailedMount', 'MountVolume.SetUp failed for volume "models": no such claim');
    expect(troubleOf([stuck], [])).toBeNull();
    expect(troubleOf([stuck], [warning])?.message).toMatch(/^1 of 1 workers cannot run: MountVolume/);
    const setUp = pod({ conditions: [{ type: 'PodReadyToStartContainers', status: 'True' }] });
    expect(troubleOf([setUp], [warning])).toBeNull();
    const young = event('Pod', 'w-0', 'FailedMount', 'failed to sync configmap cache: timed out');
    expect(troubleOf([stuck], [young])).toBeNull();
  });

  test('pods that cannot be created, unless some were created since', () => {
    const refused = event('Job', 'one-worker', 'FailedCreate', 'pods "x" is forbidden: exceeded quota', '5');
    expect(troubleOf([], [refused])).toEqual({
      reason: 'FailedCreate',
      message: 'no pods can be created for one-worker: pods "x" is forbidden: exceeded quota',
    });
    expect(troubleOf([pod({ phase: 'Running' }, { at: '6' })], [refused])).toBeNull();
  });
});

describe('there is no trouble', () => {
  const running = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const engineRuns = { name: 'engine', started: true, state: { running: {} }, restartCount: 1 };

  test.each<[string, KubernetesObject]>([
    ['while a pod starts', engine({ started: false, state: { running: {} } })],
    [
      'when an engine that died runs again',
      pod({
        ...running,
        initContainerStatuses: [{ ...engineRuns, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
      }),
    ],
    ['with a pod that was stopped', worker({ exitCode: 143 })],
    [
      'with a pod whose engine still runs after its worker has ended the Job',
      pod({ phase: 'Running', containerStatuses: [{ name: 'worker', state: { terminated: { exitCode: 2 } } }] }),
    ],
    ['with a pod that ends its Job, which the driver reports', worker({ exitCode: 2, message: 'wrong model' })],
    [
      'with a pod that gave way',
      pod({ phase: 'Failed', message: 'preempted', conditions: [{ type: 'DisruptionTarget', status: 'True' }] }),
    ],
    ['with a pod that is done', pod({ phase: 'Succeeded' })],
    ['with a pod that is being removed', pod({}, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
  ])('%s', (_, object) => {
    expect(troubleOf([object], [])).toBeNull();
  });

  test('with a pod that failed and has a successor under its number', () => {
    const failed = worker({ exitCode: 1 }, { name: 'w-0-a', at: '1' });
    const next = pod(running, { name: 'w-0-b', at: '2' });
    expect(troubleOf([failed], [])).not.toBeNull();
    expect(troubleOf([next, failed], [])).toBeNull();
  });
});

test('pods with the same trouble are counted, and the most direct cause is reported', () => {
  const bad = { state: { waiting: { reason: 'ErrImageNeverPull' } } };
  const pods = [
    pod({ initContainerStatuses: [{ name: 'engine', ...bad }] }, { name: 'w-0', index: '0' }),
    pod({ initContainerStatuses: [{ name: 'engine', ...bad }] }, { name: 'w-1', index: '1' }),
    pod({ conditions: [{ type: 'PodScheduled', status: 'False', message: 'full' }] }, { name: 'w-2', index: '2' }),
  ];
  expect(troubleOf(pods, [])?.message).toMatch(/^2 of 3 workers cannot run: the image/);
});

test('the last sentence is that of the pod whose exit code was final', () => {
  const pods = [
    worker({ exitCode: 75, message: 'later' }),
    worker({ exitCode: 2, message: 'a log line\nthe engine serves another-judge\n' }),
  ];
  expect(finalSentence(pods, [2])).toBe('the engine serves another-judge');
  expect(finalSentence(pods.slice(0, 1), [2])).toBeNull();
});

test('weights that are not fetched yet are a trouble until another pod fetches them', () => {
  const labels = {
    'app.kubernetes.io/component': 'fetcher',
    'proofmill.dev/stage': 'label',
    'batch.kubernetes.io/job-completion-index': '0',
  };
  const terminated = { exitCode: 75, message: 'fetching\nthe hub answers 503; it is asked again' };
  const failed = pod(
    { phase: 'Failed', containerStatuses: [{ name: 'fetch', state: { terminated } }] },
    { name: 'f-0', metadata: { labels, creationTimestamp: '2026-01-01T00:00:01Z' } },
  );
  expect(troubleOf([failed], [])).toEqual({
    reason: 'Exited',
    message:
      'the weights are not in their claim yet: the container fetch ended with exit code 75: the hub answers 503; it is asked again',
  });
  const running = { phase: 'Running', containerStatuses: [{ name: 'fetch', ready: true, state: { running: {} } }] };
  const next = pod(running, { name: 'f-1', metadata: { labels, creationTimestamp: '2026-01-01T00:00:02Z' } });
  expect(troubleOf([failed, next], [])).toBeNull();
});
