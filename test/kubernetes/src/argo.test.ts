/** The WorkflowTemplates of k8s/triggers, run by a real Argo. */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@proofmill/test-integration';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
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
const slowLoop = { timeout: 1_500_000 };
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

  describeInstalled(
    'a loop whose rounds are steps of a workflow',
    { prefix: 'argo-loop', flags: loopFlags },
    (there) => {
      let argo: AsyncDisposable | undefined;
      let place: LoopPlace;
      const kubectl = (words: string[], input?: object | string): Promise<string> =>
        there.installation.namespace.kubectl(words, input);
      const get = async (...words: string[]): Promise<JobObject> =>
        JSON.parse(await kubectl(['get', ...words, '-o', 'json']));
      const within = (path: string): string => join(place.folder, path);
      const appears = (path: string): Promise<unknown> =>
        until(path, async () => existsSync(within(path)), { withinMs: 600_000 });
      const runningPod = (selector: string): Promise<string> =>
        until(
          `a running pod of ${selector}`,
          async () => {
            const { items } = await get('pods', '-l', selector, '--field-selector=status.phase=Running');
            return items.find(({ metadata }: JobObject) => !metadata.deletionTimestamp)?.metadata.name;
          },
          { withinMs: 200_000 },
        );

      beforeAll(async () => {
        const { cluster, namespace } = there.installation;
        place = await loopPlace(there.installation);
        argo = await installArgo(cluster, namespace);
        const [template, ...access] = parseAllDocuments(
          await readFile(join(triggers, 'argo-training-loop.yaml'), 'utf8'),
        ).map((one) => one.toJS()) as JobObject[];
        const { container } = template.spec.templates[1];
        const resources = { requests: { cpu: '20m', memory: '128Mi' } };
        Object.assign(container, { image: (await ownImages(cluster)).proofmill, resources });
        for (const object of [template, ...access]) await kubectl(['apply', '-f', '-'], object);
        const data = await place.files('steps', (spec) => {
          spec.rounds = 1;
        });
        const files = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'gram-r2-loop' }, data };
        await kubectl(['apply', '-f', '-'], files);
      }, slowLoop.timeout);
      afterAll(async () => {
        await argo?.[Symbol.asyncDispose]();
        await place?.[Symbol.asyncDispose]();
      }, slowLoop.timeout);

      const submit = (name: string, parameters: Readonly<Record<string, string>>): Promise<string> =>
        kubectl(['apply', '-f', '-'], {
          ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: { name } },
          spec: {
            workflowTemplateRef: { name: 'proofmill-loop' },
            arguments: { parameters: Object.entries(parameters).map(([key, value]) => ({ name: key, value })) },
          },
        });
      const endOf = (name: string): Promise<JobObject> =>
        until(
          `the end of the workflow ${name}`,
          async () => {
            const { status } = await get('workflow', name);
            return ['Succeeded', 'Failed', 'Error'].includes(status?.phase) ? status : null;
          },
          { withinMs: 1_000_000 },
        );
      /** The rounds that pods were started for, in order. */
      const begun = ({ nodes }: JobObject): number[] =>
        Object.values<JobObject>(nodes)
          .filter(({ type }) => type === 'Pod')
          .map(({ inputs }) => Number(inputs.parameters[0].value))
          .toSorted((one, other) => one - other);
      const rest = 1_000_000;

      test(
        'has a step for each round; one whose pod is deleted is run again and attaches to the training',
        slowLoop,
        async ({ onTestFailed }) => {
          onTestFailed(() => there.installation.report());
          const hold = within('hold-round-001');
          await writeFile(hold, '');
          await submit('steps', { rounds: '1' });
          await appears('steps/round-001/train/weights/checkpoint-1');
          const trainer = await get('job', 'steps-round-001-train');
          expect(trainer.metadata.ownerReferences).toEqual([
            expect.objectContaining({ kind: 'Workflow', name: 'steps' }),
          ]);
          const loop = 'app.kubernetes.io/component=loop';
          await kubectl(['delete', 'pod', await runningPod(loop), '--grace-period=1']);
          await runningPod(loop);
          await rm(hold);
          const status = await endOf('steps');
          expect(status).toMatchObject({ phase: 'Succeeded' });
          expect(begun(status)).toEqual([0, 1, 1, rest]);
          expect((await get('job', 'steps-round-001-train')).metadata.uid).toBe(trainer.metadata.uid);
          const verified = await runCommand({ name: 'verify', words: ['verify', within('steps')], mark: place.folder });
          expect(verified, verified.stderr).toMatchObject({ code: 0 });
        },
      );

      test(
        'is complete when its workflow has succeeded, also where the workflow counts fewer rounds',
        slowLoop,
        async ({ onTestFailed }) => {
          onTestFailed(() => there.installation.report());
          const last = within('steps/round-001/ROUND.json');
          const bytes = await readFile(last);
          await rm(last);
          await submit('fewer', { rounds: '0' });
          const status = await endOf('fewer');
          expect(status).toMatchObject({ phase: 'Succeeded' });
          expect(begun(status)).toEqual([0, rest]);
          expect(await readFile(last)).toEqual(bytes);
        },
      );

      test(
        'ends its workflow at once where it is another loop than that of the folder',
        slowLoop,
        async ({ onTestFailed }) => {
          onTestFailed(() => there.installation.report());
          const data = await place.files('steps', (spec) => {
            spec.batch.items = 39;
          });
          const metadata = { name: 'another-loop' };
          await kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
          await submit('another', { files: metadata.name });
          const status = await endOf('another');
          expect(status.phase).toBe('Failed');
          expect(begun(status)).toEqual([0]);
          const pods = Object.values<JobObject>(status.nodes).filter(({ type }) => type === 'Pod');
          expect(pods.map(({ outputs }) => outputs.exitCode)).toEqual(['2']);
        },
      );

      test('leaves its folder, and nothing else, when its workflow is deleted', slowLoop, async ({ onTestFailed }) => {
        onTestFailed(() => there.installation.report());
        await kubectl(['delete', 'workflows', '--all']);
        await until(
          'nothing that it made is left',
          async () =>
            (await kubectl(['get', 'scoringjobs,jobs', '-l', 'proofmill.dev/loop=steps', '-o', 'name'])).trim() === '',
          { withinMs: 200_000 },
        );
        expect(existsSync(within('steps/round-001/ROUND.json'))).toBe(true);
      });
    },
  );
});
