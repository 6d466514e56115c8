/** The WorkflowTemplates of k8s/triggers, run by a real Argo. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  type ClusterJob,
  clusterJob,
  describeInstalled,
  installArgo,
  type JobObject,
  type LoopPlace,
  loopFlags,
  loopPlace,
  noArgo,
  ownImages,
  until,
} from './kit/index.ts';

const slow = { timeout: 500_000 };
const triggers = join(import.meta.dirname, '../../../k8s/triggers');

describe.skipIf(noArgo !== '')(`Argo${noArgo && `: ${noArgo}`}`, () => {
  describeInstalled('a step of a workflow', { prefix: 'argo' }, (there) => {
    let argo: AsyncDisposable | undefined;
    let job: ClusterJob;
    const kubectl = (...words: string[]): Promise<string> => there.installation.namespace.kubectl(words);
    const apply = (object: object | string): Promise<string> =>
      there.installation.namespace.kubectl(['apply', '-f', '-'], object);
    const get = async (kind: string, name: string): Promise<JobObject> =>
      JSON.parse(await kubectl('get', kind, name, '-o', 'json'));

    /** Runs the template, as `argo submit --from workflowtemplate/proofmill` does, to the end of the workflow. */
    const workflow = async (name: string, parameters: Readonly<Record<string, string>>): Promise<JobObject> => {
      await apply({
        ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: { name } },
        spec: {
          workflowTemplateRef: { name: 'proofmill' },
          arguments: { parameters: Object.entries(parameters).map(([key, value]) => ({ name: key, value })) },
        },
      });
      return until(
        `the end of the workflow ${name}`,
        async () => {
          const { status } = await get('workflow', name);
          return ['Succeeded', 'Failed', 'Error'].includes(status?.phase) ? status : null;
        },
        { withinMs: 400_000 },
      );
    };
    const podsOf = ({ nodes }: JobObject): JobObject[] =>
      Object.values<JobObject>(nodes).filter(({ type }) => type === 'Pod');
    const parametersOf = ({ name, corpus, outUri, object }: ClusterJob) => ({
      ...{ name, corpus, output: outUri },
      // Name, corpus and output of the file are replaced.
      job: JSON.stringify({ ...object, metadata: { name: 'another' } }),
    });

    beforeAll(async () => {
      const { cluster, namespace } = there.installation;
      argo = await installArgo(cluster, namespace);
      await apply(await readFile(join(triggers, 'access.yaml'), 'utf8'));
      const results = ['--verb=create,patch', '--resource=workflowtaskresults.argoproj.io'];
      await kubectl('create', 'role', 'executor', ...results);
      const submitter = `--serviceaccount=${namespace.name}:proofmill-submit`;
      await kubectl('create', 'rolebinding', 'executor', '--role=executor', submitter);
      const template: JobObject = parse(await readFile(join(triggers, 'argo-workflow-template.yaml'), 'utf8'));
      template.spec.templates[0].container.image = (await ownImages(cluster)).proofmill;
      await apply(template);
      job = await clusterJob(there.installation, { name: 'of-argo' });
    }, slow.timeout);
    afterAll(() => argo?.[Symbol.asyncDispose](), slow.timeout);

    test('submits the job, waits for its end, and names its output', slow, async ({ onTestFailed }) => {
      onTestFailed(() => there.installation.report());
      const status = await workflow('first', parametersOf(job));
      expect(status).toMatchObject({ phase: 'Succeeded' });
      expect(podsOf(status)[0].outputs.parameters).toEqual([expect.objectContaining({ value: job.outUri })]);
      await job.expectRows();
    });

    test('attaches to the same job when it runs again', slow, async ({ onTestFailed }) => {
      onTestFailed(() => there.installation.report());
      const before = await get('job', `${job.name}-driver`);
      expect(await workflow('second', parametersOf(job))).toMatchObject({ phase: 'Succeeded' });
      const after = await get('job', `${job.name}-driver`);
      expect(after.metadata.uid).toBe(before.metadata.uid);
      await job.expectRows();
    });

    test('fails at once for a job that is wrong', slow, async ({ onTestFailed }) => {
      onTestFailed(() => there.installation.report());
      const parameters = { ...parametersOf(job), name: 'wrong', output: `${job.outUri}-of-wrong` };
      const wrong = parameters.job.replace('"label"', '"no-such-stage"');
      const status = await workflow('wrong', { ...parameters, job: wrong });
      expect(status.phase).toBe('Failed');
      expect(podsOf(status).map(({ outputs }) => outputs.exitCode)).toEqual(['2']);
    });
  });

  describeInstalled('the rounds of a loop as steps', { prefix: 'argo-loop', flags: loopFlags }, (there) => {
    let argo: AsyncDisposable | undefined;
    let place: LoopPlace | undefined;
    const kubectl = (words: string[], input?: object): Promise<string> =>
      there.installation.namespace.kubectl(words, input);

    beforeAll(async () => {
      const { cluster, namespace } = there.installation;
      place = await loopPlace(there.installation);
      argo = await installArgo(cluster, namespace);
      await kubectl([
        'create',
        'role',
        'executor',
        '--verb=create,patch',
        '--resource=workflowtaskresults.argoproj.io',
      ]);
      const account = `--serviceaccount=${namespace.name}:proofmill-loop`;
      await kubectl(['create', 'rolebinding', 'executor', '--role=executor', account]);
      const template: JobObject = parse(await readFile(join(triggers, 'argo-training-loop.yaml'), 'utf8'));
      const { container } = template.spec.templates[1];
      Object.assign(container, { image: (await ownImages(cluster)).proofmill, resources: {} });
      await kubectl(['apply', '-f', '-'], template);
    }, slow.timeout);
    afterAll(async () => {
      await argo?.[Symbol.asyncDispose]();
      await place?.[Symbol.asyncDispose]();
    }, slow.timeout);

    test('each round is a step, and the workflow ends with the last', slow, async ({ onTestFailed }) => {
      onTestFailed(() => there.installation.report());
      const data = await place?.files('steps', (spec) => {
        spec.rounds = 1;
      });
      await kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'steps' }, data });
      const parameters = [
        { name: 'files', value: 'steps' },
        { name: 'rounds', value: '1' },
      ];
      await kubectl(['apply', '-f', '-'], {
        ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: { name: 'steps' } },
        spec: { workflowTemplateRef: { name: 'proofmill-loop' }, arguments: { parameters } },
      });
      const status = await until(
        'the end of the workflow',
        async () => {
          const { status: now } = JSON.parse(await kubectl(['get', 'workflow', 'steps', '-o', 'json'])) as JobObject;
          return ['Succeeded', 'Failed', 'Error'].includes(now?.phase) ? now : null;
        },
        { withinMs: 450_000 },
      );
      expect(status).toMatchObject({ phase: 'Succeeded' });
      const pods = Object.values<JobObject>(status.nodes).filter(({ type }) => type === 'Pod');
      expect(pods.map(({ inputs }) => inputs.parameters[0].value).sort()).toEqual(['0', '1']);
      for (const round of ['round-000', 'round-001'])
        expect(existsSync(join(place?.folder ?? '', 'steps', round, 'ROUND.json'))).toBe(true);
      const owners = JSON.parse(await kubectl(['get', 'jobs', 'steps-round-001-train', '-o', 'json'])).metadata;
      expect(owners.ownerReferences).toEqual([expect.objectContaining({ kind: 'Workflow', name: 'steps' })]);
    });
  });
});
