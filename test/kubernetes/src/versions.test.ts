/**
 * A definition, an operator and what is stored, of different versions: the definition of the whole cluster is updated first, or last,
 * while jobs run. No driver is recreated, and no job fails.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  applyDefinition,
  type Cluster,
  type JobObject,
  noCluster,
  type OutsideOperator,
  outsideOperator,
  type SchemaChange,
  smallJob,
  theCluster,
  until,
} from './kit/index.ts';

const slow = { timeout: 400_000 };

describe.skipIf(noCluster !== '')(`versions side by side${noCluster && `: ${noCluster}`}`, () => {
  let cluster: Cluster;
  let operator: OutsideOperator;
  const apply = (job: JobObject) => operator.namespace.kubectl(['apply', '-f', '-'], job);

  const later: SchemaChange = ({ spec, status }) => {
    const field = { type: 'object', default: { on: true }, properties: { on: { type: 'boolean', default: true } } };
    spec.properties.later = field;
    spec.properties.pipeline.items.properties.fleet.properties.later = field;
    status.properties.later = { type: 'string' };
  };
  /** As it was before the fields of this version, with closed sets. */
  const earlier: SchemaChange = ({ spec, status }) => {
    delete spec.properties.activeDeadlineSeconds;
    delete spec.properties.ttlSecondsAfterFinished;
    delete spec.properties.pipeline.items.properties.fleet.properties.maxStartFailures;
    delete status.properties.startTime;
    delete status.properties.completionTime;
    status.properties.phase.enum = [
      'Pending',
      'Planning',
      'Running',
      'Suspended',
      'Succeeded',
      'LimitReached',
      'Failed',
    ];
    status.properties.conditions.items.properties.type.enum = ['Complete', 'Failed', 'Suspended', 'Stalled'];
  };
  /** The operator has looked at the job: what its driver reports has arrived. */
  async function looked(job: string, done: number): Promise<JobObject> {
    await operator.says(job, { done });
    return until(`${done} of ${job} are done`, async () => {
      const status = await operator.statusOf(job);
      return status.done === done && status;
    });
  }

  beforeAll(async () => {
    cluster = await theCluster();
    operator = await outsideOperator(cluster, 'versions');
  }, 300_000);
  afterAll(async () => {
    await operator?.[Symbol.asyncDispose]();
    if (cluster) await applyDefinition(cluster);
  }, 300_000);

  test(
    'an operator that is ahead of the definition takes over jobs of the version before, in mid-run',
    slow,
    async () => {
      await applyDefinition(cluster, earlier);
      // What the version before has stored: a finalizer, a digest of the whole file, a status.
      const job = smallJob('before');
      const finalizers = ['proofmill.dev/cleanup'];
      await apply({ ...job, metadata: { ...job.metadata, finalizers } });
      const stored = await operator.get('scoringjob', 'before');
      const jobYaml = `${JSON.stringify({ ...job, metadata: { name: 'before' }, spec: stored.spec }, null, 2)}\n`;
      await createDriver(stored, jobYaml);
      await operator.says('before', {});
      const status = {
        phase: 'Running',
        message: 'labelling',
        done: 1,
        failed: 0,
        rate: '',
        eta: '',
        workers: '',
        stages: [],
        output: '',
      };
      const change = JSON.stringify({ status });
      await operator.namespace.kubectl([
        'patch',
        'scoringjob',
        'before',
        '--subresource=status',
        '--type=merge',
        '-p',
        change,
      ]);

      const { uid } = (await operator.driverOf('before')).metadata;
      operator.start();
      await looked('before', 6);
      expect((await operator.get('scoringjob', 'before')).metadata.finalizers).toBeUndefined();
      expect((await operator.driverOf('before')).metadata.uid).toBe(uid);
      // The definition follows, with the fields that the operator knows already.
      await applyDefinition(cluster);
      const after = await looked('before', 7);
      expect((await operator.driverOf('before')).metadata.uid).toBe(uid);
      expect(after).toMatchObject({ phase: 'Running', startTime: expect.any(String) });
    },
  );

  test(
    'a definition that is ahead of the operator changes nothing of jobs that run, and new ones run too',
    slow,
    async () => {
      await applyDefinition(cluster);
      operator.start();
      await apply(smallJob('running'));
      const { uid } = (await operator.driverOf('running')).metadata;
      await looked('running', 6);
      await applyDefinition(cluster, later);
      await until(
        'its default is served',
        async () => (await operator.get('scoringjob', 'running')).spec.later?.on === true,
      );
      const status = await looked('running', 7);
      expect((await operator.driverOf('running')).metadata.uid).toBe(uid);
      expect(status.phase).toBe('Running');
      // No watch tells of a new default, and one that was open before is served without it for a while: the operator sees it with
      // a change of the object after that, such as progress.
      let done = 7;
      await until('the message names what the operator does not know', async () => {
        done += 1;
        const { message } = await looked('running', done);
        return /does not know it: spec\.pipeline\[0\]\.fleet\.later, spec\.later\)$/.test(message);
      });

      // A newer operator has written what this one does not know.
      const condition = {
        type: 'Later',
        status: 'True',
        reason: 'New',
        message: '',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      };
      const stored = await operator.statusOf('running');
      const newer = { later: 'x', phase: 'Warming', conditions: [...stored.conditions, condition] };
      const change = JSON.stringify({ status: newer });
      await operator.namespace.kubectl([
        'patch',
        'scoringjob',
        'running',
        '--subresource=status',
        '--type=merge',
        '-p',
        change,
      ]);
      const kept = await looked('running', done + 1);
      expect(kept).toMatchObject({ phase: 'Running', later: 'x' });
      expect(kept.conditions).toContainEqual(condition);
      expect((await operator.driverOf('running')).metadata.uid).toBe(uid);

      await apply(smallJob('new'));
      await operator.driverOf('new');
      expect((await looked('new', 6)).phase).toBe('Running');
    },
  );

  /** The driver as the version before created it. */
  async function createDriver(owner: JobObject, jobYaml: string): Promise<void> {
    const { name, uid } = owner.metadata;
    const labels = {
      'app.kubernetes.io/managed-by': 'proofmill',
      'app.kubernetes.io/component': 'driver',
      'proofmill.dev/job': name,
    };
    const ownerReferences = [
      { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true },
    ];
    const digest = createHash('sha256').update(jobYaml).digest('hex');
    await apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-job`, labels, ownerReferences },
      data: { 'job.yaml': jobYaml },
    });
    const container = { name: 'driver', image: 'proofmill:none', imagePullPolicy: 'Never' };
    await apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        ...{ name: `${name}-driver`, labels, ownerReferences },
        annotations: { 'proofmill.dev/job-file': digest, 'proofmill.dev/job-digest': 'of-another-version' },
      },
      spec: { template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [container] } } },
    });
  }
});
