/** The promises of the adapter of KubernetesApi, on a real API server. */
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, type KubernetesApi, type KubernetesObject, UnavailableError } from '@proofmill/contract';
import { type KubernetesOptions, openKubernetes } from '@proofmill/kubernetes-api';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Cluster, type Namespace, noCluster, runPod, temporaryNamespace, theCluster, until } from './kit/index.ts';

const slowMs = 180_000;
const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
const ref = (name: string) => ({ ...kind, name });

const configMap = (name: string, data: Record<string, string>, labels = {}): KubernetesObject => ({
  ...kind,
  metadata: { name, labels },
  data,
});

describe.skipIf(noCluster !== '')(`the port KubernetesApi${noCluster && `: ${noCluster}`}`, () => {
  let cluster: Cluster;
  let namespace: Namespace;
  let port: KubernetesApi;
  beforeAll(async () => {
    cluster = await theCluster();
    namespace = await temporaryNamespace(cluster, 'port');
    port = await withKubeconfig(cluster.kubeconfig, () =>
      openKubernetes({ namespace: namespace.name, manager: 'proofmill-test' }),
    );
  }, slowMs);
  afterAll(() => namespace?.[Symbol.asyncDispose](), slowMs);

  test('apply creates, changes and removes our fields; those of others stay', async () => {
    await port.apply(configMap('applied', { a: '1', b: '1' }));
    await namespace.kubectl(['patch', 'configmap', 'applied', '-p', '{"data":{"theirs":"1"}}']);
    const changed = await port.apply(configMap('applied', { a: '2' }));
    expect(changed.data).toEqual({ a: '2', theirs: '1' });
    expect(await port.read(ref('applied'))).toEqual(changed);
  });

  test('create and replace give null where the object exists, or a newer version of it', async () => {
    const made = await port.create(configMap('made', { a: '1' }));
    expect(made?.metadata.uid).toBeTypeOf('string');
    expect(await port.create(configMap('made', { a: '2' }))).toBeNull();
    if (made === null) return;
    const newer = await port.replace({ ...made, data: { a: '3' } });
    expect(newer?.data).toEqual({ a: '3' });
    expect(await port.replace({ ...made, data: { a: '4' } })).toBeNull();
    await port.remove(ref('made'), 'background');
    expect(await port.replace({ ...made, data: { a: '5' } })).toBeNull();
  });

  test('a log is the text that a container has printed, and null where there is none', {
    timeout: slowMs,
  }, async () => {
    // A number is JSON, too.
    await runPod(cluster, namespace, 'printer', 'echo 17');
    expect(await port.logOf('printer', 'main', 100)).toBe('17\n');
    expect(await port.logOf('printer', 'main', 1)).toBe('1');
    expect(await port.logOf('printer', 'other', 100)).toBeNull();
    expect(await port.logOf('gone', 'main', 100)).toBeNull();
  });

  test('a missing object is null, and removing it has no effect', async () => {
    expect(await port.read(ref('gone'))).toBeNull();
    expect(await port.patch(ref('gone'), { data: {} })).toBeNull();
    expect(await port.patchStatus({ apiVersion: 'batch/v1', kind: 'Job', name: 'gone' }, {})).toBeNull();
    await port.remove(ref('gone'), 'foreground');
  });

  test('a merge patch removes a field by null', async () => {
    await port.apply(configMap('patched', { a: '1', b: '1' }));
    expect((await port.patch(ref('patched'), { data: { a: null, c: '1' } }))?.data).toEqual({ b: '1', c: '1' });
  });

  test('a list is complete, however many pages it has, and each object names its kind', {
    timeout: slowMs,
  }, async () => {
    const labels = { 'proofmill.dev/job': 'many' };
    const many = Array.from({ length: 520 }, (_, number) => configMap(`many-${number}`, {}, labels));
    for (let at = 0; at < many.length; at += 40) await Promise.all(many.slice(at, at + 40).map(port.create));
    const listed = await port.list(kind, labels);
    expect(new Set(listed.map(({ metadata }) => metadata.name)).size).toBe(520);
    expect(listed[0]).toMatchObject(kind);
    expect(await port.list(kind, { 'proofmill.dev/job': 'none' })).toEqual([]);
  });

  test('removed in the foreground, an object stays until everything that it owns is gone', {
    timeout: slowMs,
  }, async () => {
    const owner = await port.apply(configMap('owner', {}));
    const ownerReferences = [
      { ...ref('owner'), uid: owner.metadata.uid ?? '', controller: true, blockOwnerDeletion: true },
    ];
    await port.apply({ ...kind, metadata: { name: 'owned', ownerReferences } });
    await port.remove(ref('owner'), 'foreground');
    await until('both are gone', async () => {
      const [one, other] = [await port.read(ref('owner')), await port.read(ref('owned'))];
      return one === null && other === null;
    });
  });

  test('invalid objects and unknown kinds are refused in the words of the server', async () => {
    const wrong = { ...configMap('Wrong_Name', {}) };
    await expect(port.apply(wrong)).rejects.toThrow(ConfigurationError);
    await expect(port.apply(wrong)).rejects.toThrow(/applying ConfigMap .*Wrong_Name.*lowercase RFC 1123/s);
    const unknown = { ...configMap('unknown', {}), spec: {} };
    await expect(port.apply(unknown)).rejects.toThrow(/spec/);
    await expect(port.list({ apiVersion: 'no.such/v1', kind: 'Thing' })).rejects.toThrow(ConfigurationError);
  });

  test('an observation has what exists and every change, also after the API server was away', {
    timeout: slowMs,
  }, async () => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const labels = { watched: 'yes' };
    await port.apply(configMap('before', { a: '1' }, labels));
    const changed: string[] = [];
    const onChange = ({ metadata }: KubernetesObject): void => void changed.push(metadata.name);
    const observation = port.observe({ ...kind, labels }, { onChange, signal: stop.signal });
    await observation.complete;
    const dataOf = (name: string): unknown => observation.read(namespace.name, name)?.data;
    const becomes = (name: string, data: unknown) =>
      until(`${name} is ${JSON.stringify(data)}`, async () => JSON.stringify(dataOf(name)) === JSON.stringify(data));
    expect(dataOf('before')).toEqual({ a: '1' });
    expect(observation.read(namespace.name, 'before')?.metadata).not.toHaveProperty('managedFields');
    // Our own changes are known when the call returns.
    await port.apply(configMap('watched', { a: '1' }, labels));
    expect(dataOf('watched')).toEqual({ a: '1' });
    await port.apply(configMap('other', { a: '1' }));
    await namespace.kubectl(['patch', 'configmap', 'watched', '-p', '{"data":{"a":"2"}}']);
    await becomes('watched', { a: '2' });
    await cluster.restartApiServer();
    await until('it answers again', () => port.read(ref('watched')).catch(() => null));
    await namespace.kubectl(['patch', 'configmap', 'watched', '-p', '{"data":{"a":"3"}}']);
    await becomes('watched', { a: '3' });
    await namespace.kubectl(['delete', 'configmap', 'watched']);
    await becomes('watched', undefined);
    expect(observation.list(namespace.name).map(({ metadata }) => metadata.name)).toEqual(['before']);
    expect(changed.length).toBeGreaterThanOrEqual(5);
    const everywhere = port.observe(
      { ...kind, labels, everywhere: true },
      { onChange: () => undefined, signal: stop.signal },
    );
    await everywhere.complete;
    expect(everywhere.list(namespace.name)).toHaveLength(1);
  });

  test('a list is selected by fields', async () => {
    const named = await port.list(kind, undefined, { 'metadata.name': 'applied' });
    expect(named.map(({ metadata }) => metadata.name)).toEqual(['applied']);
  });

  test('a server that does not exist is unavailable', async () => {
    const nowhere = await withServer('https://127.0.0.1:9', {});
    await expect(nowhere.list(kind)).rejects.toThrow(UnavailableError);
  });

  test('a missing right is refused, and a revoked one is waited for', { timeout: slowMs }, async () => {
    await namespace.kubectl(['create', 'serviceaccount', 'reader']);
    const token = (await namespace.kubectl(['create', 'token', 'reader'])).trim();
    const reader = await withServer(null, { token });
    await expect(reader.list(kind)).rejects.toThrow(ConfigurationError);
    await expect(reader.list(kind)).rejects.toThrow(/reader" cannot list resource "configmaps"/);
    const patient = await withServer(null, { token }, { rightsMayCome: true });
    await expect(patient.list(kind)).rejects.toThrow(UnavailableError);

    await namespace.kubectl(['create', 'role', 'reader', '--verb=list,watch', '--resource=configmaps']);
    const bind = () =>
      namespace.kubectl([
        ...['create', 'rolebinding', 'reader', '--role=reader'],
        `--serviceaccount=${namespace.name}:reader`,
      ]);
    await bind();
    await until('it may list', () => reader.list(kind).catch(() => null));
    await namespace.kubectl(['delete', 'rolebinding', 'reader']);
    const refused = await until('it may not any more', () =>
      reader.list(kind).then(
        () => null,
        (error: Error) => error,
      ),
    );
    expect(refused).toBeInstanceOf(UnavailableError);
    expect(refused.message).toMatch(/cannot list resource "configmaps".*allowed before/);
    // A right that it never had.
    await expect(reader.apply(configMap('mine', {}))).rejects.toThrow(ConfigurationError);
    await bind();
    await until('it may again', () => reader.list(kind).catch(() => null));
  });

  /** The port with another user or server than that of the kubeconfig. */
  async function withServer(
    server: string | null,
    user: object,
    more: Partial<KubernetesOptions> = {},
  ): Promise<KubernetesApi> {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-kubeconfig-'));
    const config = parse(await readFile(cluster.kubeconfig, 'utf8'));
    if (server !== null) config.clusters[0].cluster.server = server;
    else config.users[0].user = user;
    const path = join(folder.path, 'kubeconfig');
    await writeFile(path, stringify(config));
    return await withKubeconfig(path, () =>
      openKubernetes({ namespace: namespace.name, manager: 'proofmill-test', ...more }),
    );
  }
});

async function withKubeconfig<T>(path: string, open: () => Promise<T>): Promise<T> {
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = path;
  try {
    return await open();
  } finally {
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
  }
}
