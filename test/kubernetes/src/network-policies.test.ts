/**
 * The NetworkPolicies of the chart, enforced by kube-router: what they leave open, what they close, and that a job needs no more. Each
 * connection that they close is open without them, or its end would say nothing.
 */
import { findKubeRouter } from '@proofmill/one-node-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  clusterJob,
  complete,
  describeInstalled,
  type Namespace,
  noCluster,
  type Probe,
  probePod,
  submit,
  temporaryNamespace,
  until,
} from './kit/index.ts';
import { probePort } from './kit/probe.ts';

const noEngine: string =
  noCluster || ((await findKubeRouter()) ? '' : 'kube-router is not built: npm run fetch:kube-router');
const slow = { timeout: 400_000 };
const apiServer = '10.96.0.1:443';
const proofmill = { 'app.kubernetes.io/name': 'proofmill' };
const worker = { ...proofmill, 'app.kubernetes.io/component': 'worker' };
const node = { ...worker, 'proofmill.dev/group': '0' };

describe.skipIf(noEngine !== '')(`network policies that are enforced${noEngine && `: ${noEngine}`}`, () => {
  describeInstalled('of the chart', { prefix: 'policies' }, (there) => {
    let probes: Readonly<Record<'worker' | 'node' | 'otherNode' | 'foreign' | 'monitoring', Probe>>;
    let elsewhere: Namespace;
    let enforced: AsyncDisposable | undefined;

    const kubectl = (...words: string[]): Promise<string> => there.installation.namespace.kubectl(words);
    const addressOf = (component: string): Promise<string> => {
      const selector = `app.kubernetes.io/component=${component}`;
      return kubectl('get', 'pods', '-l', selector, '-o', 'jsonpath={.items[0].status.podIP}');
    };
    /** The connections that are accepted, of those that somebody may try. */
    const openings = async (): Promise<string[]> => {
      const nats = `${await addressOf('nats')}:4222`;
      const metrics = `${await addressOf('operator')}:9464`;
      const engineOf = ({ address }: Probe): string => `${address}:${probePort}`;
      const { worker, node, otherNode, foreign, monitoring } = probes;
      const tried = [
        worker.accepted({
          'worker to NATS': nats,
          'worker to the API server': apiServer,
          'worker to the object store': new URL(there.installation.s3.env.AWS_ENDPOINT_URL ?? '').host,
          'worker to another engine': engineOf(node),
        }),
        node.accepted({ 'node to node of one engine': engineOf(otherNode) }),
        foreign.accepted({
          'foreign pod to NATS': nats,
          'foreign pod to an engine': engineOf(worker),
          'foreign pod to an engine of several nodes': engineOf(node),
          'foreign pod to the metrics of the operator': metrics,
        }),
        monitoring.accepted({ 'another namespace to NATS': nats, 'another namespace to the metrics': metrics }),
      ];
      return (await Promise.all(tried)).flat().toSorted();
    };

    beforeAll(async () => {
      const { cluster, namespace } = there.installation;
      elsewhere = await temporaryNamespace(cluster, 'monitoring');
      const [ofWorker, ofNode, ofOtherNode, foreign, monitoring] = await Promise.all([
        probePod(cluster, namespace, 'worker', worker),
        probePod(cluster, namespace, 'node', node),
        probePod(cluster, namespace, 'other-node', node),
        probePod(cluster, namespace, 'foreign'),
        probePod(cluster, elsewhere, 'monitoring'),
      ]);
      probes = { worker: ofWorker, node: ofNode, otherNode: ofOtherNode, foreign, monitoring };
    }, slow.timeout);
    afterAll(async () => {
      await enforced?.[Symbol.asyncDispose]();
      await elsewhere?.[Symbol.asyncDispose]();
    }, slow.timeout);

    test('leave workers with NATS alone, and nothing with them', slow, async ({ onTestFailed }) => {
      onTestFailed(() => there.installation.report());
      expect(await openings()).toHaveLength(11);
      enforced = await there.installation.cluster.enforceNetworkPolicies();
      expect(await openings()).toEqual(['node to node of one engine', 'worker to NATS']);
    });

    test('let a job run to its end', slow, async ({ onTestFailed }) => {
      onTestFailed(() => there.installation.report());
      const job = await clusterJob(there.installation, { prove: true });
      await submit(there.installation, job);
      await complete(there.installation, job);
      await job.expectRows();
    });

    test('open the metrics to whom the values name', slow, async () => {
      const from = `podMonitor.from[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name=${elsewhere.name}`;
      const flags = ['--set', 'podMonitor.enabled=true', '--set', from];
      const policies = await there.installation.rendered('network-policies.yaml', ...flags);
      await there.installation.namespace.kubectl(['apply', '-f', '-'], policies);
      await until('another namespace reaches the metrics, and nothing else opens', async () => {
        const open = await openings();
        expect(open).not.toContain('foreign pod to the metrics of the operator');
        return open.includes('another namespace to the metrics') && open.length === 3;
      });
    });
  });
});
