/** The ways to NATS that the chart knows: three servers with TLS of its own, and a server of yours with credentials. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { mostAskedTwice } from '@proofmill/test-integration';
import { expect, test } from 'vitest';
import {
  certificateFor,
  clusterJob,
  complete,
  describeInstalled,
  type Namespace,
  ownImages,
  signedAccounts,
  startWitness,
  submit,
  until,
} from './kit/index.ts';

const slowMs = 600_000;
const records = 480;
const set = (...values: string[]): string[] => values.flatMap((value) => ['--set', value]);
const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData,
});

describeInstalled('NATS on a cluster', { prefix: 'nats' }, (there) => {
  test('a single server becomes three with TLS; a job survives that one of them is killed with its store', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace, cluster } = there.installation;
    const certificate = await certificateFor(['proofmill-nats', '*.proofmill-nats-peers']);
    await namespace.kubectl(['apply', '-f', '-'], secret('certificate', certificate));
    // All three lie on the only node.
    await there.installation.upgrade(
      ...set('nats.replicas=3', 'nats.oneServerPerNode=false', 'nats.tls.existingSecret=certificate'),
    );

    await using witness = await startWitness(cluster, 0.02);
    const job = await clusterJob(there.installation, { name: 'three', records, engine: witness.url });
    await submit(there.installation, job);
    await witness.reached(0.2, records);
    expect(await encryptionOf(namespace)).toEqual({ clients: true, routes: true });
    expect(await copiesOf(namespace)).toEqual([3, 3]);
    const pod = 'proofmill-nats-cluster-1';
    await namespace.kubectl(['delete', 'pod', pod, '--grace-period=0', '--force', '--wait=false']);
    await complete(there.installation, job);
    await job.expectRows();
    const bound = mostAskedTwice({ brokers: 1, workers: 2 });
    process.stdout.write(`three servers: ${witness.itemsTwice()} items asked twice, ${bound} may be\n`);
    expect(witness.itemsTwice()).toBeLessThanOrEqual(bound);
    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
  });

  test.each(['creds', 'nkeys', 'passwords'] as const)(
    'a server of yours with an account for each team: a job runs with %s of its own',
    { timeout: slowMs },
    async (kind) => {
      const { installation } = there;
      const { namespace, cluster } = installation;
      try {
        const { config, files, values } = await accountsWith[kind]();
        await using _server = await startServer(namespace, config, (await ownImages(cluster)).nats);
        await namespace.kubectl(['apply', '-f', '-'], secret(kind, files));
        await installation.upgrade(...set('nats.enabled=false', 'nats.url=nats://team-nats:4222', ...values));
        const job = await clusterJob(installation, { name: kind });
        await submit(installation, job);
        await complete(installation, job);
        await job.expectRows();
        // A driver has what is its own, and nothing of the workers.
        const selector = `proofmill.dev/job=${kind},app.kubernetes.io/component=driver`;
        const driver = await namespace.kubectl(['get', 'pods', '-l', selector, '-o', 'json']);
        expect(driver).toMatch(/coordinator/);
        expect(driver).not.toMatch(/worker\.creds|"key": "worker"/);
        await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
      } catch (error) {
        await installation.report();
        throw error;
      }
    },
  );
});

interface Accounts {
  /** For the configuration of the server. */
  readonly config: string;
  /** Of the Secret that the chart is told of. */
  readonly files: Readonly<Record<string, string>>;
  /** How the chart is told. */
  readonly values: readonly string[];
}

const roles = ['coordinator', 'worker', 'collector'];
const filesOf = (contentOf: (role: string) => string): Record<string, string> =>
  Object.fromEntries(roles.map((role) => [`${role}.creds`, contentOf(role)]));

/** The users that the chart ships, each with this instead of its name and its password. */
async function usersWith(identityOf: (role: string) => string): Promise<string> {
  const users = await readFile(join(import.meta.dirname, '../../../charts/proofmill/files/users.conf'), 'utf8');
  return users.replaceAll(/user: (\w+)\s+password: \$\w+/g, (_, role: string) => identityOf(role));
}

const accountsWith: Readonly<Record<'creds' | 'nkeys' | 'passwords', () => Promise<Accounts>>> = {
  async creds() {
    const accounts = signedAccounts(['TEAM_A', 'TEAM_B']);
    const files = filesOf(() => accounts.credentialsOf('TEAM_B'));
    return { config: accounts.config, files, values: ['nats.existingCredentials=creds'] };
  },
  async nkeys() {
    const keys = new Map(roles.map((role) => [role, createUser()]));
    const users = await usersWith((role) => `nkey: ${keys.get(role)?.getPublicKey()}`);
    const files = filesOf((role) => new TextDecoder().decode(keys.get(role)?.getSeed()));
    return { config: teams(users), files, values: ['nats.existingCredentials=nkeys'] };
  },
  async passwords() {
    const users = await usersWith((role) => `user: b-${role}, password: p${role}`);
    const files = Object.fromEntries([...roles.map((role) => [role, `p${role}`]), ['signing', 's'.repeat(40)]]);
    return { config: teams(users), files, values: ['nats.existingSecret=passwords', 'nats.userPrefix=b-'] };
  },
};

/** Ours beside another one, each with JetStream of its own. */
const teams = (users: string): string =>
  `accounts { TEAM_A { jetstream: enabled, users: [{ user: coordinator, password: other }] }\nTEAM_B { jetstream: enabled\n${users}\n} }`;

/** What the monitor of the first server says. */
async function monitor<Answer>(namespace: Namespace, path: string): Promise<Answer> {
  const pod = `/api/v1/namespaces/${namespace.name}/pods/proofmill-nats-cluster-0:8222/proxy`;
  return JSON.parse(await namespace.kubectl(['get', '--raw', `${pod}/${path}`])) as Answer;
}

/** Whether the server wants TLS of clients, and of other servers. */
async function encryptionOf(namespace: Namespace): Promise<{ clients: boolean; routes: boolean }> {
  const state = await monitor<{ tls_required?: boolean; cluster: { tls_required?: boolean } }>(namespace, 'varz');
  return { clients: state.tls_required ?? false, routes: state.cluster.tls_required ?? false };
}

/** How many servers have each stream of the run. */
async function copiesOf(namespace: Namespace): Promise<number[]> {
  const { account_details } = await monitor<{
    account_details: { stream_detail: { cluster: { replicas: unknown[] } }[] }[];
  }>(namespace, 'jsz?accounts=true&streams=true');
  const streams = account_details.flatMap(({ stream_detail }) => stream_detail);
  return streams.map(({ cluster }) => cluster.replicas.length + 1);
}

async function startServer(namespace: Namespace, config: string, image: string): Promise<AsyncDisposable> {
  const labels = { app: 'team-nats' };
  const conf = `port: 4222\njetstream { store_dir: /tmp/store, max_file_store: 2Gi }\n${config}\n`;
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'team-nats' }, data: { 'nats.conf': conf } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'team-nats' },
      spec: { selector: labels, ports: [{ port: 4222 }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'team-nats', labels },
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'nats',
            image,
            args: ['-c', '/etc/nats/nats.conf'],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            readinessProbe: { tcpSocket: { port: 4222 }, periodSeconds: 1 },
            volumeMounts: [
              { name: 'conf', mountPath: '/etc/nats' },
              { name: 'tmp', mountPath: '/tmp' },
            ],
          },
        ],
        volumes: [
          { name: 'conf', configMap: { name: 'team-nats' } },
          { name: 'tmp', emptyDir: {} },
        ],
      },
    },
  ];
  await namespace.kubectl(['apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  await until('the server of the teams is ready', () =>
    namespace.kubectl(['wait', 'pod/team-nats', '--for=condition=Ready', '--timeout=60s']).then(
      () => true,
      () => false,
    ),
  );
  return {
    async [Symbol.asyncDispose]() {
      await namespace.kubectl(['delete', 'pod/team-nats', 'service/team-nats', 'configmap/team-nats', '--now']);
    },
  };
}
