import { ConfigurationError, signingVariable, statusPort } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { collectorObjects, driverObjects, workerObjects } from '../index.ts';
import { type Container, type Engine, jobOf, type Key, podOf, settings, stageOf } from './worker-pod.fixture.ts';

/** The worker's container. */
const workerOf = (engine: Engine, first?: { engine?: Engine }): Container => podOf(engine, first).containers[0];

const argument = ({ args }: Container, flag: string): string | undefined =>
  args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined;

const beside = { model: 'm' };
const elsewhere = { model: 'm', baseUrl: 'http://elsewhere:8000' };

test.each<[string, Engine, { engine?: Engine } | undefined, string | undefined]>([
  ['no first judge', beside, undefined, undefined],
  ['a first judge without an engine of its own', beside, {}, undefined],
  ['the same model, beside the worker', beside, { engine: beside }, undefined],
  ['the same model at the same address', elsewhere, { engine: elsewhere }, undefined],
  ['the same model elsewhere', beside, { engine: elsewhere }, 'http://elsewhere:8000'],
  ['another model elsewhere', beside, { engine: { ...elsewhere, model: 'small' } }, 'http://elsewhere:8000'],
  ["another model at the stage's address", elsewhere, { engine: { model: 'small' } }, 'http://elsewhere:8000'],
])("a worker is given the address of the first judge's engine: %s", (_, engine, first, address) => {
  expect(argument(workerOf(engine, first), '--first-engine')).toBe(address);
});

test.each<[string, Engine, Engine]>([
  ['another model', beside, { model: 'small' }],
  ['the same model in a simulator', beside, { model: 'm', baseUrl: 'simulator:' }],
])('a second engine in the pod of a worker is refused: %s', (_, engine, first) => {
  expect(() => workerOf(engine, { engine: first })).toThrow(ConfigurationError);
  expect(() => workerOf(engine, { engine: first })).toThrow('Set first.engine.baseUrl to http://HOST:PORT');
});

test('of several servers a worker is given all, and its number', () => {
  const servers = ['http://a:8000', 'http://b:8000'];
  const { args } = workerOf({ model: 'm', baseUrls: servers });
  const at = args.indexOf('--engine');
  expect(args.slice(at + 1, at + 3)).toEqual(servers);
  expect(argument(workerOf({ model: 'm', baseUrls: servers }), '--worker')).toBe('$(JOB_COMPLETION_INDEX)');
  const first = workerOf(beside, { engine: { model: 'small', baseUrls: servers } });
  expect(first.args.slice(first.args.indexOf('--first-engine') + 1).slice(0, 2)).toEqual(servers);
  expect(argument(first, '--worker')).toBe('$(JOB_COMPLETION_INDEX)');
  expect(argument(workerOf(elsewhere), '--worker')).toBeUndefined();
});

const withKey = (baseUrl: string, apiKey: Key): Engine => ({ model: 'm', baseUrl, apiKey });
const ownKey = { env: 'OWN_KEY', secret: 'keys' };
const firstKey = { env: 'FIRST_KEY', secret: 'other-keys' };
const fromSecret = ({ env, secret }: { env: string; secret: string }) => ({
  name: env,
  valueFrom: { secretKeyRef: { name: secret, key: env } },
});

test('a worker gets the keys of its engines from Secrets, each for its own engine', () => {
  const worker = workerOf(withKey('https://one', ownKey), { engine: withKey('https://two', firstKey) });
  expect(worker.env.filter(({ valueFrom }) => valueFrom)).toEqual([fromSecret(ownKey), fromSecret(firstKey)]);
  expect(JSON.parse(argument(worker, '--engine-access') ?? '')).toEqual({ apiKey: ownKey });
  expect(JSON.parse(argument(worker, '--first-engine-access') ?? '')).toEqual({ apiKey: firstKey });
});

test("a first judge elsewhere is not given the key of the stage's engine", () => {
  const worker = workerOf(withKey('https://one', ownKey), { engine: { model: 'm', baseUrl: 'https://two' } });
  expect(worker.args).toContain('--engine-access');
  expect(worker.args).not.toContain('--first-engine-access');
});

test("a first judge of another model at the stage's address is given its key", () => {
  const worker = workerOf(withKey('https://one', ownKey), { engine: { model: 'small' } });
  expect(JSON.parse(argument(worker, '--first-engine-access') ?? '')).toEqual({ apiKey: ownKey });
});

test('a key without a Secret, or with two, is refused', () => {
  expect(() => workerOf(withKey('https://one', { env: 'OWN_KEY' }))).toThrow(
    'stage label: engine.apiKey: a pod has no variable OWN_KEY of its own',
  );
  const other = withKey('https://two', { ...ownKey, secret: 'others' });
  expect(() => workerOf(withKey('https://one', ownKey), { engine: other })).toThrow('from two Secrets');
});

test('a worker gets headers as the job gives them, and secret ones from Secrets', () => {
  const headers = { 'X-Team': 'research $(HOME)', 'X-Gateway': ownKey };
  const worker = workerOf({ ...elsewhere, headers });
  expect(worker.env).toContainEqual(fromSecret(ownKey));
  // Kubernetes makes one dollar of two.
  const given = argument(worker, '--engine-access')?.replaceAll('$$(', '$(') ?? '';
  expect(JSON.parse(given)).toEqual({ headers });
  expect(() => workerOf({ ...elsewhere, headers: { 'X-Gateway': { env: 'OWN_KEY' } } })).toThrow(
    'stage label: engine.headers.X-Gateway: a pod has no variable OWN_KEY',
  );
});

test("a worker gets the file of its authority from the job's ConfigMap", () => {
  const pod = podOf({ ...elsewhere, caFile: './ca.pem' }, undefined, 'my-files');
  expect(pod.volumes).toContainEqual({ name: 'files', configMap: { name: 'my-files' } });
  const [worker] = pod.containers;
  expect(worker.volumeMounts).toContainEqual({ name: 'files', mountPath: '/etc/proofmill/files', readOnly: true });
  expect(JSON.parse(argument(worker, '--engine-access') ?? '')).toEqual({ caFile: '/etc/proofmill/files/ca.pem' });
  expect(() => podOf({ ...elsewhere, caFile: 'ca.pem' })).toThrow('name that in spec.files');
  expect(() => podOf({ ...elsewhere, caFile: '/etc/ca.pem' }, undefined, 'my-files')).toThrow('a pod has no file');
});

test("a worker gets the installation's variables, such as a proxy", () => {
  expect(workerOf(elsewhere).env).toContainEqual({ name: 'HTTPS_PROXY', value: 'http://proxy:3128' });
});

test('a worker waits for an engine beside it as long as that may take to start again, and as long as its fleet says', () => {
  const waitsOf = (engine: Engine, fleet?: object) => {
    const [worker] = podOf(engine, undefined, undefined, fleet).containers;
    return [argument(worker, '--engine-wait'), argument(worker, '--engine-down')].map(Number);
  };
  const [, down = 0] = waitsOf(beside);
  expect(down).toBeGreaterThan(settings.engine.startSeconds);
  expect(waitsOf(elsewhere)).toEqual([600, 1200]);
  expect(waitsOf(beside, { engineWaitSeconds: 30, engineDownSeconds: 60 })).toEqual([30, 60]);
});

test('an engine on several GPUs uses all of them for one model, ahead of the arguments of its job', () => {
  const { initContainers = [] } = podOf(beside, undefined, undefined, {
    gpusPerWorker: 8,
    engineArgs: ['--seed', '1'],
  });
  expect(initContainers[0]?.args.slice(-4)).toEqual(['--tensor-parallel-size', '8', '--seed', '1']);
});

test('each worker gets its part of the rate', () => {
  const worker = workerOf({ ...elsewhere, rate: { requestsPerMinute: 500, tokensPerMinute: 30_000 } });
  const rate = { requestsPerMinute: 125, tokensPerMinute: 7500 };
  expect(JSON.parse(argument(worker, '--engine-access') ?? '')).toEqual({ rate });
});

test('only the driver gets what the ends of runs are signed with', () => {
  const withUsers = { ...settings, nats: { ...settings.nats, secret: 'users' } };
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };
  const parts = { job: jobOf(beside), settings: withUsers, namespace: 'here' };
  const ofStage = { ...parts, stage: stageOf(beside), owner };
  expect(JSON.stringify([workerObjects(ofStage), collectorObjects(ofStage)])).not.toMatch(/signing/i);
  const driver = driverObjects({ ...parts, jobYaml: '', jobDigest: '', settingsConfigMap: 'c', suspend: false });
  const wanted = {
    name: signingVariable,
    valueFrom: { secretKeyRef: { name: 'users', key: 'signing', optional: true } },
  };
  expect(JSON.stringify(driver)).toContain(JSON.stringify(wanted));
});

test('a worker gets no token of the API server: its engine reads what strangers wrote', () => {
  for (const engine of [beside, elsewhere]) expect(podOf(engine).automountServiceAccountToken).toBe(false);
});

test('every role has a port with its status; the kubelet ends a driver and a collector that hang, and no worker', () => {
  const job = jobOf(beside);
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'one-driver', uid: 'u' };
  const parts = { job, stage: stageOf(beside), settings, namespace: 'here', owner };
  const [, driver] = driverObjects({ ...parts, jobYaml: '', jobDigest: '', settingsConfigMap: 'c', suspend: false });
  const [, workers] = workerObjects(parts);
  const [collectors] = collectorObjects(parts);
  const probes = [driver, workers, collectors].map(({ spec }) => {
    const [container] = (spec as { template: { spec: { containers: [Container & Record<string, unknown>] } } }).template
      .spec.containers;
    expect(container.ports).toEqual([{ name: 'status', containerPort: statusPort }]);
    expect(argument(container, '--status-port')).toBe(String(statusPort));
    expect(argument(container, '--status-host')).toBe('all');
    return [container.name, ...Object.keys(container).filter((field) => field.endsWith('Probe'))];
  });
  expect(probes).toEqual([
    ['driver', 'readinessProbe', 'livenessProbe'],
    ['worker', 'readinessProbe'],
    ['collector', 'readinessProbe', 'livenessProbe'],
  ]);
});
