/** A job that cannot run says why, in one sentence, where a user looks first: in its status. */
import { expect, test } from 'vitest';
import { type ClusterJobOptions, clusterJob, describeInstalled, statusOf, submit, until } from './kit/index.ts';

const slowMs = 300_000;

describeInstalled('troubles on a cluster', { prefix: 'troubles' }, (there) => {
  const saysOf = async (options: ClusterJobOptions, sentence: RegExp) => {
    const job = await clusterJob(there.installation, { records: 20, workers: 1, ...options });
    await submit(there.installation, job);
    const message = await until(`the status says ${sentence}`, async () => {
      const said = await statusOf(there.installation, job, 'message');
      return sentence.test(said) && said;
    }).catch(async (error: Error) => {
      await there.installation.report();
      throw new Error(`${error.message}. It says: ${await statusOf(there.installation, job, 'message')}`);
    });
    process.stdout.write(`${options.name}: ${message}\n`);
    expect(message).not.toContain('\n');
    const phase = await statusOf(there.installation, job, 'phase');
    await there.installation.namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
    return phase;
  };

  test('an image that does not exist', { timeout: slowMs }, async () => {
    const change: ClusterJobOptions['change'] = ({ spec }) => {
      const [stage] = spec.pipeline;
      delete stage.engine.baseUrl;
      stage.fleet.image = 'proofmill.invalid/no-such-engine:1';
      stage.fleet.engineArgs = [];
      stage.fleet.gpusPerWorker = 0;
    };
    expect(await saysOf({ name: 'no-image', change }, /no-such-engine:1.*pull/i)).toBe('Running');
  });

  test('weights that the object store does not have, which frees the GPUs', { timeout: slowMs }, async () => {
    const { s3, cluster } = there.installation;
    const change: ClusterJobOptions['change'] = ({ spec }) => {
      const [stage] = spec.pipeline;
      delete stage.engine.baseUrl;
      const model = { s3: `s3://${s3.bucket}/models/none` };
      Object.assign(stage.fleet, { image: cluster.busybox, engineArgs: [], gpusPerWorker: 0, model });
    };
    const sentence = /^a worker of label cannot do its work: there is nothing below s3:\/\/\w+\/models\/none\//;
    expect(await saysOf({ name: 'no-weights', change }, sentence)).toBe('Failed');
  });

  test('an engine that never starts, which frees its GPUs', { timeout: slowMs }, async () => {
    const change: ClusterJobOptions['change'] = ({ spec }) => {
      const [stage] = spec.pipeline;
      delete stage.engine.baseUrl;
      // It has no vLLM.
      stage.fleet.image = there.installation.cluster.busybox;
      Object.assign(stage.fleet, { engineArgs: [], gpusPerWorker: 0, maxStartFailures: 2 });
    };
    const sentence =
      /^the engine of label has failed to start 2 times .* has never been ready: .* the container engine /;
    expect(await saysOf({ name: 'no-start', change }, sentence)).toBe('Failed');
  });

  test('more GPUs than a node has', { timeout: slowMs }, async () => {
    const change: ClusterJobOptions['change'] = ({ spec }) => {
      const [stage] = spec.pipeline;
      delete stage.engine.baseUrl;
      stage.fleet.image = 'proofmill.invalid/no-such-engine:1';
      stage.fleet.engineArgs = [];
      stage.fleet.gpusPerWorker = 64;
    };
    expect(await saysOf({ name: 'no-gpus', change }, /Insufficient nvidia.com\/gpu/)).toBe('Running');
  });

  test('a model that the engine does not serve', { timeout: slowMs }, async () => {
    const change: ClusterJobOptions['change'] = ({ spec }) => {
      const [stage] = spec.pipeline;
      stage.fleet.engineArgs.push('--model', 'another-judge');
    };
    expect(await saysOf({ name: 'no-model', change }, /another-judge.*simulated-judge/)).toBe('Failed');
  });

  test('an object store that does not exist', { timeout: slowMs }, async () => {
    const nowhere = `http://${there.installation.cluster.hostAddress}:9`;
    await there.installation.upgrade('--set-json', `store.env[0]={"name":"AWS_ENDPOINT_URL","value":"${nowhere}"}`);
    try {
      expect(await saysOf({ name: 'no-store' }, /s3:.*ECONNREFUSED .*:9\); it will be run again$/)).toBe('Pending');
    } finally {
      await there.installation.upgrade();
    }
  });

  test.each([
    ['an unknown field', (job: ClusterObject) => Object.assign(job.spec, { votes: 3 }), /unknown field "spec.votes"/],
    [
      'a number out of range',
      ({ spec }: ClusterObject) => Object.assign(spec.pipeline[0].votes, { max: 0 }),
      /votes.max/,
    ],
    ['no pipeline', ({ spec }: ClusterObject) => Object.assign(spec, { pipeline: [] }), /spec.pipeline/],
  ])('a job with %s is refused at admission', { timeout: slowMs }, async (_, change, sentence) => {
    const job = await clusterJob(there.installation, { name: 'refused', records: 20, change });
    const refusal = await submit(there.installation, job).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    process.stdout.write(`${refusal}\n`);
    expect(refusal).toMatch(sentence);
  });
});

type ClusterObject = Parameters<NonNullable<ClusterJobOptions['change']>>[0];
