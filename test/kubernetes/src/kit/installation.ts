/** The chart, installed as by a user, in a namespace of its own, with an object store on this machine. */
import { join } from 'node:path';
import type { Cluster } from '@proofmill/one-node-cluster';
import { type S3Server, startS3 } from '@proofmill/versitygw';
import { applyDefinition, removeDefinition } from './definition.ts';
import { ownImages } from './images.ts';
import { type Namespace, restricted, temporaryNamespace } from './namespace.ts';
import { until } from './until.ts';

const chart = join(import.meta.dirname, '../../../../charts/proofmill');
/** The name of the release, which is the prefix of all names in the chart. */
const release = 'proofmill';

export interface Installation extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly namespace: Namespace;
  readonly s3: S3Server;
  /** `helm WORDS` in the namespace. */
  helm(...words: string[]): Promise<string>;
  /** `helm upgrade --install` with the values of the installation and these flags. Resolves when all pods are ready. */
  upgrade(...flags: string[]): Promise<void>;
  /** What one template of the chart renders with the values of the installation and these flags. */
  rendered(template: string, ...flags: string[]): Promise<string>;
  /** Prints objects, events and logs, for whoever reads about a failure. */
  report(): Promise<void>;
}

export interface InstallOptions {
  /** Further flags of helm: `--set`, `KEY=VALUE`, .. */
  readonly flags?: readonly string[];
  /**
   * Where the definition of ScoringJobs comes from. Default: kubectl applies it, as the tests share one cluster and each installs a release.
   * `release`, `none`: an existing one is removed first.
   */
  readonly definition?: 'kubectl' | 'release' | 'none';
  /** Folder of another chart, which is installed first; `upgrade` is to the one of this checkout. */
  readonly chart?: string;
}

export async function install(
  cluster: Cluster,
  prefix: string,
  { flags = [], definition = 'kubectl', chart: first = chart }: InstallOptions = {},
): Promise<Installation> {
  const images = await ownImages(cluster);
  await (definition === 'kubectl' ? applyDefinition(cluster) : removeDefinition(cluster));
  await using made = new AsyncDisposableStack();
  const s3 = made.use(await startS3({ host: cluster.hostAddress }));
  const namespace = made.use(await temporaryNamespace(cluster, prefix, restricted));
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_ENDPOINT_URL = '', AWS_REGION = '' } = s3.env;
  await namespace.kubectl(['apply', '-f', '-'], {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'store' },
    stringData: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
  });
  const values = {
    image: imageValues(images.proofmill),
    crds: { enabled: definition === 'release' },
    nats: {
      image: imageValues(images.nats),
      resources: { requests: { cpu: '10m', memory: '64Mi' } },
      storage: '2Gi',
      volume: { size: '3Gi' },
    },
    store: {
      existingSecret: 'store',
      env: [
        { name: 'AWS_ENDPOINT_URL', value: AWS_ENDPOINT_URL },
        { name: 'AWS_REGION', value: AWS_REGION },
      ],
      ports: [Number(new URL(AWS_ENDPOINT_URL).port)],
    },
    // The node has two CPUs, and all requests must fit.
    ...Object.fromEntries(
      ['operator', 'driver', 'worker', 'collector'].map((role) => [
        role,
        { resources: { requests: { cpu: '10m', memory: '128Mi' } } },
      ]),
    ),
  };
  const helm = (...words: string[]) => cluster.helm([...words, '--namespace', namespace.name]);
  const upgradeTo = async (folder: string, further: readonly string[]): Promise<void> => {
    const words = ['upgrade', '--install', release, folder, '--values', '-', '--wait', '--timeout', '120s', ...further];
    await cluster.helm([...words, '--namespace', namespace.name], { input: JSON.stringify(values) });
  };
  const installation: Installation = {
    cluster,
    namespace,
    s3,
    helm,
    upgrade: (...further) => upgradeTo(chart, further),
    rendered: (template, ...flags) =>
      cluster.helm(
        [
          ...['template', release, chart, '--namespace', namespace.name, '--values', '-'],
          ...['--show-only', `templates/${template}`, ...flags],
        ],
        { input: JSON.stringify(values) },
      ),
    report: () => report(namespace),
    async [Symbol.asyncDispose]() {
      // First, so that no job starts again while the rest is removed.
      const ended = await Promise.allSettled([namespace.kubectl(['delete', 'scoringjobs', '--all', '--timeout=120s'])]);
      await helm('uninstall', release, '--ignore-not-found').catch(() => '');
      await disposing.disposeAsync();
      for (const one of ended) {
        if (one.status === 'rejected' && !isNoCustomResource.test(String(one.reason))) throw one.reason;
      }
    },
  };
  const disposing = made.move();
  try {
    await upgradeTo(first, flags);
  } catch (error) {
    await installation.report();
    await installation[Symbol.asyncDispose]();
    throw error;
  }
  return installation;
}

/** The complaint of kubectl without a CustomResourceDefinition. */
const isNoCustomResource = /doesn't have a resource type/;

const imageValues = (image: string) => {
  const colon = image.lastIndexOf(':');
  return { repository: image.slice(0, colon), tag: image.slice(colon + 1) };
};

async function report(namespace: Namespace): Promise<void> {
  const ask = (...words: string[]) => namespace.kubectl(words).catch((error: Error) => error.message);
  const pods = (await ask('get', 'pods', '-o', 'name')).split('\n').filter((name) => name.startsWith('pod/'));
  const logs = pods.map(async (pod) => `-- ${pod}\n${await ask('logs', pod, '--all-containers', '--tail=40')}`);
  const said = [
    await ask('get', 'scoringjobs,jobs,pods', '-o', 'wide'),
    await ask('get', 'scoringjobs', '-o', 'jsonpath={.items[*].status}'),
    await ask('get', 'events', '--sort-by=.lastTimestamp'),
    ...(await Promise.all(logs)),
  ];
  process.stderr.write(`\n==== namespace ${namespace.name}\n${said.join('\n')}\n====\n`);
}

/** Waits until no pod of the component is left. */
export const noPods = (namespace: Namespace, selector: string): Promise<true> =>
  until(`no pod is left of ${selector}`, async () => {
    const left = await namespace.kubectl(['get', 'pods', '-l', selector, '-o', 'name']);
    return left.trim() === '';
  });
