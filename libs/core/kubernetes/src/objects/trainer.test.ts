import { kubernetesSettingsSchema, trainingLoopSchema, type TrainerPod } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { trainingFailure } from '../observed/training-failure.ts';
import { trainerJob } from './trainer.ts';

// biome-ignore lint/suspicious/noExplicitAny: a manifest.
type Manifest = any;

const settings = kubernetesSettingsSchema.parse({
  ...{ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } },
  store: { volume: { claim: 'output', path: '/output' } },
});

function trainerOf(train: object = {}) {
  const { spec } = trainingLoopSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'TrainingLoop', metadata: { name: 'mine' } },
    spec: {
      ...{ rounds: 0, judge: { weights: 'base', stage: { judge: 'gram-r2' }, engine: {} } },
      evaluations: [{ name: 'held', corpus: { uris: ['held.jsonl'] } }],
      train: { command: ['train', '{data}', '{out}'], kubernetes: { image: 'trainer:1' }, ...train },
      output: { uri: '/output/mine' },
    },
  });
  return spec.train as typeof spec.train & { kubernetes: TrainerPod };
}

const jobOf = (train: object = {}, files: string | undefined = 'mine-files'): Manifest =>
  trainerJob({
    ...{ name: 'mine-round-001-train', namespace: 'here', loop: 'mine', settings, files },
    owner: { apiVersion: 'batch/v1', kind: 'Job', name: 'mine-loop', uid: 'uid-1' },
    trainer: trainerOf(train),
    command: ['train', '/output/mine/round-001/export', '/output/mine/round-001/train/weights', '$(HOME)'],
    claim: { claim: 'output', path: '/output', written: 'mine/round-001/train/weights' },
  });

test('a trainer is one pod of its image, which may change nothing in the folder of the loop but its weights', () => {
  const job = jobOf({
    versions: ['pip', 'freeze'],
    environment: { TOKEN: { env: 'HF_TOKEN', secret: 'hf' }, SEED: '1' },
  });
  const { spec } = job.spec.template;
  const [container] = spec.containers;
  expect(container).toMatchObject({ image: 'trainer:1', workingDir: '/etc/proofmill/files' });
  expect(container.command.at(-1)).toBe('$$(HOME)');
  expect(container.resources.limits['nvidia.com/gpu']).toBe('1');
  expect(container.volumeMounts.filter(({ name }: Manifest) => name === 'store')).toEqual([
    { name: 'store', mountPath: '/output', readOnly: true },
    { name: 'store', mountPath: '/output/mine/round-001/train/weights', subPath: 'mine/round-001/train/weights' },
  ]);
  expect(container.env).toEqual(
    expect.arrayContaining([
      { name: 'SEED', value: '1' },
      { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'hf', key: 'HF_TOKEN' } } },
    ]),
  );
  const [versions] = spec.initContainers;
  expect(versions).toMatchObject({ name: 'versions', image: 'trainer:1', command: ['pip', 'freeze'] });
  expect(versions.resources.limits['nvidia.com/gpu']).toBeUndefined();
  expect(versions.volumeMounts.map(({ name }: Manifest) => name)).not.toContain('store');
  expect(spec.automountServiceAccountToken).toBe(false);
  expect(job.metadata.ownerReferences).toEqual([expect.objectContaining({ uid: 'uid-1' })]);
});

test('a pod that was killed or had to go is replaced once it is gone, and any other exit code ends the Job', () => {
  const { spec } = jobOf({ timeoutSeconds: 60 });
  expect(spec).toMatchObject({ podReplacementPolicy: 'Failed', activeDeadlineSeconds: 60 });
  expect(spec.podFailurePolicy.rules).toEqual([
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [75, 137, 143] } },
  ]);
});

test('the loop file decides whether a running training is another one, and the installation does not', () => {
  const template = (job: Manifest): string => job.metadata.annotations['proofmill.dev/template'];
  expect(template(jobOf({ kubernetes: { image: 'trainer:2' } }))).not.toBe(template(jobOf()));
  expect(template(jobOf({ timeoutSeconds: 60 }))).not.toBe(template(jobOf()));
  const upgraded = { ...settings, pods: { ...settings.pods, labels: { team: 'a' } } };
  const options = { ...{ name: 'n', namespace: 'here', loop: 'mine', files: undefined, command: ['train'] } };
  const given = {
    ...options,
    owner: { apiVersion: 'batch/v1', kind: 'Job', name: 'l', uid: '1' },
    trainer: trainerOf(),
  };
  const claim = { claim: 'output', path: '/output', written: 'w' };
  expect(template(trainerJob({ ...given, claim, settings: upgraded }))).toBe(
    template(trainerJob({ ...given, claim, settings })),
  );
});

test('volumes of a trainer are those that engines may have', () => {
  const pod = { volumes: [{ name: 'cache', path: '/cache', claim: 'output' }] };
  expect(() => jobOf({ kubernetes: { image: 'trainer:1', pod } })).toThrow(
    'train.kubernetes: the volume cache of pod.volumes is the claim output',
  );
});

test('a failed training is explained by the pod that ended last, with the end of its log', () => {
  const podOf = (createdAt: string, terminated: object): Manifest => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: createdAt, creationTimestamp: createdAt } },
    spec: { containers: [{ name: 'trainer', resources: { limits: { memory: '8Gi' } } }] },
    status: { containerStatuses: [{ name: 'trainer', state: { terminated } }] },
  });
  const first = podOf('2026-01-01T00:00:00Z', { exitCode: 137 });
  const second = podOf('2026-01-01T00:01:00Z', { exitCode: 9, message: 'line 1\nno such file\n' });
  expect(trainingFailure([first, second])).toBe(
    'the container trainer ended with exit code 9. The end of its log:\nline 1\nno such file',
  );
  expect(trainingFailure([podOf('a', { exitCode: 137, reason: 'OOMKilled' })])).toBe(
    'the container trainer ran out of memory and was killed: its limit is 8Gi. It printed nothing',
  );
  expect(trainingFailure([])).toBeNull();
});
