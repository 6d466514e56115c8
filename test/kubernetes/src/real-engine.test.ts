/** The engine in the pod of the worker is real vLLM, on the processor of this machine and with small real weights. */
import { rowsOf } from '@proofmill/test-integration';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Cluster,
  clusterJob,
  complete,
  type Installation,
  install,
  noCluster,
  noRealEngine,
  type RealEngine,
  realEngine,
  statusOf,
  submit,
  theCluster,
} from './kit/index.ts';

const minutes = 60_000;
const skipReason = noCluster || noRealEngine;
const records = 10;

describe.skipIf(skipReason !== '')(`real vLLM in a pod${skipReason && `: skipped. ${skipReason}`}`, () => {
  let cluster: Cluster;
  let installation: Installation;
  let engine: RealEngine;
  beforeAll(async () => {
    cluster = await theCluster();
    installation = await install(cluster, 'real');
    engine = await realEngine(cluster, installation.namespace);
    await cluster.advertiseGpus(1);
    await installation.upgrade('--set-json', `engine=${JSON.stringify(engine.values.engine)}`);
  }, 30 * minutes);
  afterAll(async () => {
    await installation?.[Symbol.asyncDispose]();
    await engine?.[Symbol.asyncDispose]();
  }, 5 * minutes);

  test('labels ten pairs over its unix socket, on the GPU that the node says it has', {
    timeout: 30 * minutes,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => installation.report());
    const job = await clusterJob(installation, {
      name: 'real',
      records,
      workers: 1,
      collectors: 1,
      change: ({ spec }) => {
        const [stage] = spec.pipeline;
        // A grammar enforces the form, as weights this small do not keep to it by themselves.
        stage.judge = 'constrained-pairwise';
        stage.engine = { model: engine.model };
        stage.votes = { max: 2, reasks: 6 };
        stage.sampling = { maxTokens: 200 };
        delete stage.fleet.engineArgs;
        Object.assign(stage.fleet, engine.fleet);
      },
    });
    await submit(installation, job);
    await complete(installation, job, 25 * 60);
    const { code, stdout, stderr } = await job.verify('--deep', '--json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ sound: true, complete: true });
    expect(await statusOf(installation, job, 'done')).toBe(String(records));

    const { data, failed } = await rowsOf(job.out);
    const lines = [...data.values(), ...failed.values()].flatMap((text) => text.trim().split('\n').filter(Boolean));
    process.stdout.write(`${lines.slice(0, 3).join('\n')}\n`);
    expect(lines).toHaveLength(records);
    const labelled = [...data.values()].flatMap((text) => text.trim().split('\n').filter(Boolean));
    expect(labelled.length).toBeGreaterThan(0);
    for (const line of labelled) expect(JSON.stringify(JSON.parse(line))).toContain(`"${engine.model}"`);
  });
});
