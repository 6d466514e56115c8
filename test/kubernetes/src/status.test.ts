/** The status of every role in its pod: what it counts, whether it is ready, and that the kubelet ends one that hangs. */
import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClusterJob, clusterJob, complete, describeInstalled, statusOf, submit, until } from './kit/index.ts';

const slowMs = 900_000;
const port = 9464;
const roles = ['operator', 'driver', 'worker', 'collector'] as const;

/** What each role has counted once a job is under way. */
const counted: Readonly<Record<(typeof roles)[number], RegExp>> = {
  operator: /^proofmill_operator_jobs\{phase="Running"\} 1$/m,
  driver: /^proofmill_stage_finished_records\{stage="label"\} [1-9]/m,
  worker: /^proofmill_worker_items_total\{result="done"\} [1-9]/m,
  collector: /^proofmill_collector_outcomes_total\{fate="accepted"\} [1-9]/m,
};

describeInstalled('the status of roles', { prefix: 'status' }, (there) => {
  const podOf = (role: string, isMeant = (_pod: Pod): boolean => true): Promise<Pod> =>
    until(
      `a pod of the ${role} is ready`,
      async () => {
        const selector = `app.kubernetes.io/component=${role}`;
        const text = await there.installation.namespace.kubectl(['get', 'pods', '-l', selector, '-o', 'json']);
        return (JSON.parse(text) as { items: Pod[] }).items.find((pod) => isReady(pod) && isMeant(pod)) ?? null;
      },
      { withinMs: 300_000 },
    );
  const ask = ({ metadata: { name, namespace } }: Pod, path: string): Promise<string> =>
    there.installation.cluster.kubectl([
      'get',
      '--raw',
      `/api/v1/namespaces/${namespace}/pods/${name}:${port}/proxy${path}`,
    ]);

  describe('while a job is under way', () => {
    let job: ClusterJob;
    beforeAll(async () => {
      // Slow enough to be looked at. Once its collector hangs, it cannot end.
      job = await clusterJob(there.installation, { workers: 1, collectors: 1, timeScale: 0.1 });
      await submit(there.installation, job);
    }, slowMs);
    afterAll(() => there.installation.namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=120s']), slowMs);

    test.each(roles)('a %s is alive and ready, and counts', { timeout: slowMs }, async (role) => {
      try {
        const pod = await podOf(role);
        expect(await ask(pod, '/livez')).toBe('alive\n');
        expect(await ask(pod, '/readyz')).toBe('ready\n');
        await until(`the ${role} has counted`, async () => counted[role].test(await ask(pod, '/metrics')));
      } catch (error) {
        await there.installation.report();
        throw error;
      }
    });

    test('a collector that hangs is ended by the kubelet, and the job completes', { timeout: slowMs }, async () => {
      try {
        const before = await podOf('collector');
        process.kill(processOf('collector', job.outUri), 'SIGSTOP');
        const isOther = ({ metadata }: Pod): boolean => metadata.name !== before.metadata.name;
        await podOf('collector', isOther);
        await complete(there.installation, job, 400);
        await job.expectRows();
        expect(await statusOf(there.installation, job, 'phase')).toBe('Succeeded');
      } catch (error) {
        await there.installation.report();
        throw error;
      }
    });
  });
});

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isReady = ({ metadata, status: { conditions = [] } }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

/** The process of a role on this machine, which is the node: the one that was started with both words. */
function processOf(role: string, word: string): number {
  const found = globSync('/proc/[0-9]*/cmdline').filter((path) => {
    try {
      const words = readFileSync(path, 'utf8').split('\0');
      return words.includes(role) && words.includes(word);
    } catch {
      return false;
    }
  });
  expect(found).toHaveLength(1);
  return Number(/\d+/.exec(found[0] ?? '')?.[0]);
}
