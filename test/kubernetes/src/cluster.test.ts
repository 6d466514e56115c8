import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  busyboxPod,
  type Cluster,
  type Namespace,
  noCluster,
  ownImages,
  podEnd,
  restricted,
  runPod,
  temporaryNamespace,
  theCluster,
} from './kit/index.ts';

const slowMs = 180_000;

describe.skipIf(noCluster !== '')(`a cluster of one node${noCluster && `: ${noCluster}`}`, () => {
  let cluster: Cluster;
  let namespace: Namespace;

  beforeAll(async () => {
    cluster = await theCluster();
    namespace = await temporaryNamespace(cluster, 'cluster');
  }, slowMs);
  afterAll(() => namespace?.[Symbol.asyncDispose](), slowMs);

  const run = (name: string, script: string) => runPod(cluster, namespace, name, script);
  const json = async (args: string[]) => JSON.parse(await cluster.kubectl([...args, '-o', 'json']));

  test('has a ready node, of the pinned version', async () => {
    const { status } = await json(['get', 'node', cluster.nodeName]);
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
    expect(status.nodeInfo.kubeletVersion).toBe('v1.34.4');
    expect(status.addresses).toContainEqual({ type: 'InternalIP', address: cluster.nodeAddress });
  });

  test('runs a pod to its end and gives its log', { timeout: slowMs }, async () => {
    expect(await run('greets', 'echo hello from $HOSTNAME; exit 3')).toEqual({
      phase: 'Failed',
      exitCode: 3,
      log: 'hello from greets\n',
    });
  });

  test('resolves the names of services, and says at once that others do not exist', { timeout: slowMs }, async () => {
    const { log } = await run(
      'resolves',
      'nslookup kubernetes.default.svc.cluster.local; time nslookup example.com; cat /etc/resolv.conf',
    );
    expect(log).toMatch(/Name:\s+kubernetes\.default\.svc\.cluster\.local\s+Address: 10\.96\.0\.1/);
    expect(log).toContain("server can't find example.com: NXDOMAIN");
    expect(log).toContain('nameserver 10.96.0.10');
  });

  test('lets a pod reach the API by its service, under a valid certificate', { timeout: slowMs }, async () => {
    const { proofmill } = await ownImages(cluster);
    const script = `const ca = fs.readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt');
      https.get('https://kubernetes.default.svc/version', { ca }, (answer) => answer.pipe(process.stdout));`;
    const container = { name: 'main', image: proofmill, imagePullPolicy: 'Never', command: ['node', '-e', script] };
    await namespace.kubectl(['apply', '-f', '-'], busyboxPod(cluster, 'asks-the-api', '', { containers: [container] }));
    const { log } = await podEnd(namespace, 'asks-the-api');
    expect(JSON.parse(log)).toMatchObject({ gitVersion: 'v1.34.4' });
  });

  test('lets a pod reach a server on this machine at the host address', { timeout: slowMs }, async () => {
    const server = createServer((request, response) => response.end(`you asked for ${request.url}`));
    await new Promise<void>((resolve) => server.listen(0, cluster.hostAddress, resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const { log } = await run('asks-the-host', `wget -qO- http://${cluster.hostAddress}:${port}/here`);
      expect(log).toBe('you asked for /here');
    } finally {
      server.close();
    }
  });

  test('lets a pod reach another by a service', { timeout: slowMs }, async () => {
    const serve = 'mkdir /tmp/www; echo served >/tmp/www/index.html; httpd -f -p 8080 -h /tmp/www';
    await namespace.kubectl(['apply', '-f', '-'], busyboxPod(cluster, 'serves', serve));
    await namespace.kubectl(['create', 'service', 'clusterip', 'serves', '--tcp=80:8080']);
    const { log } = await run('asks-a-pod', 'until wget -qO- http://serves/; do sleep 0.2; done');
    expect(log).toMatch(/served\n$/);
  });

  test('has as many GPUs to allocate as were advertised', { timeout: slowMs }, async () => {
    await cluster.advertiseGpus(4);
    const { status } = await json(['get', 'node', cluster.nodeName]);
    expect(status.allocatable['nvidia.com/gpu']).toBe('4');

    const gpus = (count: number) => ({
      containers: [
        {
          name: 'main',
          image: cluster.busybox,
          imagePullPolicy: 'Never',
          command: ['sh', '-c', 'sleep 600'],
          resources: { limits: { 'nvidia.com/gpu': count } },
        },
      ],
    });
    await namespace.kubectl(['apply', '-f', '-'], busyboxPod(cluster, 'takes-three', '', gpus(3)));
    await namespace.kubectl(['wait', 'pod/takes-three', '--for=condition=Ready', '--timeout=100s']);
    await namespace.kubectl(['apply', '-f', '-'], busyboxPod(cluster, 'wants-two', '', gpus(2)));
    await namespace.kubectl(['wait', 'pod/wants-two', '--for=condition=PodScheduled=false', '--timeout=100s']);
    const { status: waiting } = JSON.parse(await namespace.kubectl(['get', 'pod', 'wants-two', '-o', 'json']));
    expect(waiting.conditions[0].message).toContain('Insufficient nvidia.com/gpu');
    await namespace.kubectl(['delete', 'pod', 'takes-three', 'wants-two', '--now', '--wait=false']);
  });

  test('holds a namespace to the restricted Pod Security Standard', { timeout: slowMs }, async () => {
    await using strict = await temporaryNamespace(cluster, 'strict', restricted);
    const apply = (spec: object) => strict.kubectl(['apply', '-f', '-'], busyboxPod(cluster, 'tries', 'id -u', spec));
    await expect(apply({})).rejects.toThrow(/violates PodSecurity "restricted:latest": allowPrivilegeEscalation/);
    const container = {
      ...{
        name: 'main',
        image: cluster.busybox,
        imagePullPolicy: 'Never',
        command: ['sh', '-c', 'exec 2>&1; id -u; touch /here'],
      },
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 65532, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        ...{ capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
      },
    };
    const volumes = [{ name: 'machine', hostPath: { path: '/' } }];
    await expect(apply({ containers: [container], volumes })).rejects.toThrow(/hostPath/);
    await apply({ containers: [container] });
    const end = await podEnd(strict, 'tries');
    expect(end).toMatchObject({ phase: 'Failed', log: '65532\ntouch: /here: Read-only file system\n' });
  });

  test('continues after its API server was killed', { timeout: slowMs }, async () => {
    await namespace.kubectl(['create', 'configmap', 'before', '--from-literal=a=1']);
    await cluster.restartApiServer();
    expect(await namespace.kubectl(['get', 'configmap', 'before', '-o', 'jsonpath={.data.a}'])).toBe('1');
    expect(await run('after', 'echo still here')).toMatchObject({ phase: 'Succeeded', log: 'still here\n' });
  });

  test('installs a chart with helm', { timeout: slowMs }, async () => {
    const chart = await mkdtemp(join(tmpdir(), 'proofmill-chart-'));
    try {
      await mkdir(join(chart, 'templates'));
      await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: tiny\nversion: 0.1.0\n');
      const template =
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: tiny }\ndata: { said: {{ .Values.said }} }\n';
      await writeFile(join(chart, 'templates/said.yaml'), template);
      await cluster.helm(['install', 'tiny', chart, '--namespace', namespace.name, '--set', 'said=yes-indeed']);
    } finally {
      await rm(chart, { recursive: true });
    }
    expect(await namespace.kubectl(['get', 'configmap', 'tiny', '-o', 'jsonpath={.data.said}'])).toBe('yes-indeed');
  });
});
