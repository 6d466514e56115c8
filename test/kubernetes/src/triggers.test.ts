/** The files of k8s/triggers, each read by its target: the API server, Argo's schema in an API server, and Airflow. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findAirflow, remedy } from '@proofmill/airflow';
import { jobSchema } from '@proofmill/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Cluster, established, type Namespace, noCluster, temporaryNamespace, theCluster } from './kit/index.ts';
import { until } from './kit/until.ts';

const run = promisify(execFile);
const folder = join(import.meta.dirname, '../../../k8s/triggers');
const fileOf = (name: string): string => join(folder, name);

// biome-ignore lint/suspicious/noExplicitAny: manifests of many kinds.
type AnyObject = any;

const objectsOf = async (name: string): Promise<AnyObject[]> =>
  parseAllDocuments(await readFile(fileOf(name), 'utf8')).map((document) => document.toJS());

/** Argo as a Go module, whose archive holds the definitions of its resources; null where Go cannot fetch it. */
const argo = 'github.com/argoproj/argo-workflows/v3@v3.7.6';
const argoFolder: string | null = await run('go', ['mod', 'download', '-json', argo], { cwd: tmpdir() }).then(
  ({ stdout }) => (JSON.parse(stdout) as { Dir: string }).Dir,
  () => null,
);
const noArgo = argoFolder === null ? `: Go does not bring ${argo}` : '';
const airflow = await findAirflow();

describe.skipIf(noCluster !== '')(`a trigger${noCluster && `: ${noCluster}`}`, () => {
  let cluster: Cluster;
  let namespace: Namespace;
  beforeAll(async () => {
    cluster = await theCluster();
    namespace = await temporaryNamespace(cluster, 'triggers');
  }, 150_000);
  afterAll(() => namespace?.[Symbol.asyncDispose]());

  /** The answer of the API server to a dry run. */
  const checked = (input: string) =>
    namespace.kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], input);

  test('the CronJob is valid, and so is its job', async () => {
    await checked(await readFile(fileOf('access.yaml'), 'utf8'));
    const text = await readFile(fileOf('cronjob.yaml'), 'utf8');
    await checked(text);
    await expect(checked(text.replace('concurrencyPolicy: Forbid', 'concurrencyPolicy: Never'))).rejects.toThrow(
      'Unsupported value: "Never"',
    );
    const [file, cronJob] = await objectsOf('cronjob.yaml');
    expect(jobSchema.safeParse(parse(file.data['job.yaml'])).error).toBeUndefined();
    const { containers, volumes } = cronJob.spec.jobTemplate.spec.template.spec;
    expect(containers[0].args.slice(0, 3)).toEqual(['submit', '/etc/proofmill/job/job.yaml', '--wait']);
    expect(volumes[1].configMap.name).toBe(file.metadata.name);
  });

  test.skipIf(argoFolder === null)(
    `the WorkflowTemplates are such by Argo’s own definition${noArgo}`,
    {
      timeout: 150_000,
    },
    async () => {
      const file = join(argoFolder ?? '', 'manifests/base/crds/full/argoproj.io_workflowtemplates.yaml');
      await cluster.kubectl(['apply', '--server-side', '-f', file]);
      const definition = 'workflowtemplates.argoproj.io';
      await established(cluster, definition);
      for (const name of ['argo-workflow-template.yaml', 'argo-training-loop.yaml']) {
        const text = await readFile(fileOf(name), 'utf8');
        await until('the API server takes templates', () =>
          checked(text).then(
            () => true,
            (error: Error) => {
              if (/no matches for kind/.test(error.message)) return false;
              throw error;
            },
          ),
        );
        await expect(checked(text.replace('retryPolicy:', 'retryPolicies:'))).rejects.toThrow('unknown field');
      }
      await cluster.kubectl(['delete', 'crd', definition]);
    },
  );

  test('the WorkflowTemplate refers to objects that exist, and its job is valid', async () => {
    const [{ spec }] = await objectsOf('argo-workflow-template.yaml');
    const [label] = spec.templates;
    expect(spec.entrypoint).toBe(label.name);
    const names = (list: AnyObject[]): string[] => list.map(({ name }) => name);
    const used = [...JSON.stringify(spec).matchAll(/\{\{(workflow|inputs)\.parameters\.(\w+)\}\}/g)];
    expect(used.length).toBeGreaterThan(4);
    for (const [, scope, name] of used) {
      expect(names(scope === 'workflow' ? spec.arguments.parameters : label.inputs.parameters)).toContain(name);
    }
    const { value } = spec.arguments.parameters.find(({ name }: AnyObject) => name === 'job');
    expect(jobSchema.safeParse(parse(value)).error).toBeUndefined();
    expect(label.container.args.slice(0, 3)).toEqual(['submit', label.inputs.artifacts[0].path, '--wait']);
  });
});

describe('the DAG', () => {
  const dag = fileOf('airflow_dag.py');
  const hasPython = run('python3', ['--version']).then(
    () => true,
    () => false,
  );

  test('is Python', async ({ skip }) => {
    if (!(await hasPython)) skip('there is no python3');
    await run('python3', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())', dag]);
  });

  test.skipIf(airflow === null)(
    `is read by Airflow${airflow === null ? `: ${remedy}` : ''}`,
    {
      timeout: 300_000,
    },
    async () => {
      const home = await mkdtemp(join(tmpdir(), 'proofmill-airflow-'));
      try {
        const script = [
          'import json, sys',
          'from airflow.dag_processing.dagbag import DagBag',
          'bag = DagBag(sys.argv[1])',
          'tasks = {task.task_id: getattr(task, "arguments", None) for dag in bag.dags.values() for task in dag.tasks}',
          'print(json.dumps([bag.import_errors, tasks]))',
        ].join('\n');
        const env = { ...process.env, AIRFLOW_HOME: home, AIRFLOW__LOGGING__LOGGING_LEVEL: 'ERROR' };
        const { stdout } = await run(airflow ?? '', ['-c', script, folder], { env, maxBuffer: 2 ** 24 });
        const [errors, tasks] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
        expect(errors).toEqual({});
        expect(tasks.label.slice(0, 3)).toEqual(['submit', '/etc/proofmill/job/job.yaml', '--wait']);
        expect(Object.keys(tasks)).toEqual(['label', 'output']);
      } finally {
        await rm(home, { recursive: true });
      }
    },
  );
});
