/** A loop on the cluster as k8s/examples has it, with stand-ins for the trainer and for the engine of its weights. */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { durable, runCommand } from '@proofmill/test-integration';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  describeInstalled,
  type JobObject,
  type LoopPlace,
  loopFlags,
  loopPlace,
  noPods,
  ownImages,
  until,
} from './kit/index.ts';

const slowMs = 1_500_000;
const example = join(import.meta.dirname, '../../../k8s/examples/training-loop.yaml');
const rounds = ['round-000', 'round-001', 'round-002'];

describeInstalled('a training loop on a cluster', { prefix: 'loop', flags: loopFlags }, (there) => {
  let place: LoopPlace;
  let undisturbed: Promise<Record<string, string>> | undefined;
  const expected = (): Promise<Record<string, string>> => (undisturbed ??= place.undisturbed());
  const kubectl = (...words: string[]): Promise<string> => there.installation.namespace.kubectl(words);
  const list = async (kind: string, selector: string): Promise<JobObject[]> =>
    JSON.parse(await kubectl('get', kind, '-l', selector, '-o', 'json')).items;
  const within = (path: string): string => join(place.folder, path);

  beforeAll(async () => {
    place = await loopPlace(there.installation);
  }, slowMs);
  afterAll(() => place?.[Symbol.asyncDispose](), slowMs);

  /** The example with a loop of this name, and with our image. */
  async function submit(name: string, edit?: (spec: JobObject) => void): Promise<void> {
    onTestFinished(async () => {
      await kubectl('delete', 'job', 'gram-r2-loop', '--ignore-not-found', '--cascade=foreground');
    }, slowMs);
    const { cluster, namespace, s3 } = there.installation;
    const [files, job] = parseAllDocuments(await readFile(example, 'utf8')).map((one) => one.toJS()) as JobObject[];
    files.data = await place.files(name, edit);
    const { metadata, spec } = job.spec.template;
    metadata.labels['proofmill.dev/loop'] = name;
    const [container] = spec.containers;
    container.envFrom = [{ secretRef: { name: 'store' } }];
    container.env.push({ name: 'AWS_ENDPOINT_URL', value: s3.env.AWS_ENDPOINT_URL });
    const resources = { requests: { cpu: '20m', memory: '128Mi' } };
    Object.assign(container, { image: (await ownImages(cluster)).proofmill, resources });
    await namespace.kubectl(['apply', '-f', '-'], [files, job].map((one) => JSON.stringify(one)).join('\n---\n'));
  }

  const appears = (path: string): Promise<unknown> =>
    until(path, async () => existsSync(within(path)), { withinMs: 400_000 });
  const runningPod = (selector: string): Promise<JobObject> =>
    until(
      `a running pod of ${selector}`,
      async () => (await list('pods', selector)).find(({ status }) => status.phase === 'Running'),
      { withinMs: 200_000 },
    );
  const ofLoop = 'app.kubernetes.io/component=loop';
  const ofTrainer = 'app.kubernetes.io/component=trainer';
  const killNode = `for (const pid of require('node:fs').readdirSync('/proc')) {
      if (!/^\\d+$/.test(pid) || Number(pid) === process.pid) continue;
      const words = require('node:fs').readFileSync('/proc/' + pid + '/cmdline', 'utf8');
      if (words.includes(process.argv[1])) process.kill(Number(pid), 'SIGKILL');
    }`;
  const killInside = async (selector: string, container: string, word: string): Promise<void> => {
    const { metadata } = await runningPod(selector);
    await kubectl('exec', metadata.name, '-c', container, '--', 'node', '-e', killNode, word).catch(() => '');
  };
  const replacePod = async (selector: string): Promise<void> => {
    const { metadata } = await runningPod(selector);
    await kubectl('delete', 'pod', metadata.name, '--grace-period=1');
    await runningPod(selector);
  };

  test('whose pods and trainers are killed and deleted leaves the rounds, rows, sets and weights of an undisturbed one on one machine', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const whole = await expected();
    const holdOf = (round: string): string => within(`hold-${round}`);
    for (const round of rounds) await writeFile(holdOf(round), '');
    await submit('scene');

    await appears('scene/round-000/train/weights/checkpoint-1');
    const uid = async (): Promise<string> => (await list('jobs', ofTrainer))[0].metadata.uid;
    const first = await uid();
    await killInside(ofTrainer, 'trainer', 'trainer.mjs');
    await until('the killed trainer runs again', async () => (await list('pods', ofTrainer)).length === 2, {
      withinMs: 200_000,
    });
    await killInside(ofLoop, 'loop', 'proofmill.js');
    await until('the pod of the loop is replaced', async () => (await list('pods', ofLoop)).length === 2, {
      withinMs: 200_000,
    });
    await runningPod(ofLoop);
    expect(await uid()).toBe(first);
    await rm(holdOf('round-000'));

    await appears('scene/round-001/label-prove/.proofmill/label');
    await replacePod(ofLoop);
    await appears('scene/round-001/train/weights/checkpoint-1');
    const [label] = await list('scoringjobs', 'proofmill.dev/loop=scene');
    expect(label?.metadata.ownerReferences).toEqual([expect.objectContaining({ kind: 'Job', name: 'gram-r2-loop' })]);
    await replacePod(`${ofTrainer},batch.kubernetes.io/job-name=scene-round-001-train`);
    await rm(holdOf('round-001'));
    await rm(holdOf('round-002'));

    await kubectl('wait', 'job/gram-r2-loop', '--for=condition=Complete', '--timeout=900s');
    const { 'LOOP.json': _here, ...here } = whole;
    const { 'LOOP.json': _there, ...made } = await durable(within('scene'));
    expect(made).toEqual(here);
    const verified = await runCommand({
      name: 'verify',
      words: ['verify', '--deep', within('scene')],
      mark: place.folder,
    });
    expect(verified, verified.stderr).toMatchObject({ code: 0 });

    await kubectl('delete', 'job', 'gram-r2-loop');
    await until(
      'nothing that it made is left',
      async () =>
        (await kubectl('get', 'scoringjobs,jobs', '-l', 'proofmill.dev/loop=scene', '-o', 'name')).trim() === '',
      { withinMs: 120_000 },
    );
    expect(existsSync(within('scene/round-002/ROUND.json'))).toBe(true);
    await noPods(there.installation.namespace, ofTrainer);
  });

  test('with an object store for its weights has engines fetch them from there, and measures what one machine measures', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { s3 } = there.installation;
    await submit('scene', (spec) => {
      spec.rounds = 0;
      spec.output = { uri: '/output/stored', weights: `s3://${s3.bucket}/models` };
    });
    await kubectl('wait', 'job/gram-r2-loop', '--for=condition=Complete', '--timeout=900s');
    const { judge } = JSON.parse(await readFile(within('stored/round-000/ROUND.json'), 'utf8'));
    const uri = `s3://${s3.bucket}/models/round-000/train-${judge.sha256}`;
    const { spec } = JSON.parse(await kubectl('get', 'scoringjob', 'scene-round-000-eval-held', '-o', 'json'));
    expect(spec.pipeline[0].fleet.model).toEqual({ s3: uri, sha256: judge.sha256 });
    const sent = join(s3.folder, s3.bucket, 'models/round-000', `train-${judge.sha256}`);
    expect(await readFile(join(sent, 'weights.json'))).toEqual(
      await readFile(within('stored/round-000/train/weights/weights.json')),
    );
    // Its accuracy, and so the figure in ROUND.json, follows from the weights that the engine was given.
    const ofRound = (files: Record<string, string>): [string, string][] =>
      Object.entries(files).filter(([path]) => path.startsWith('round-000/') && !path.endsWith('PUBLISHED.json'));
    expect(ofRound(await durable(within('stored')))).toEqual(ofRound(await expected()));
  });

  test('with a trainer that fails ends with the reason and the end of its log', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    await submit('broken', (spec) => {
      spec.rounds = 0;
      spec.train.command = ['node', '-e', 'console.log("out of \\u001b[31mmemory"); process.exit(9)', '{out}'];
    });
    await kubectl('wait', 'job/gram-r2-loop', '--for=condition=Failed', '--timeout=600s');
    const [pod] = await list('pods', 'proofmill.dev/loop=broken,app.kubernetes.io/component=loop');
    const { exitCode, message } = pod?.status.containerStatuses[0].state.terminated ?? {};
    expect({ exitCode, message }).toEqual({
      exitCode: 2,
      message: expect.stringContaining('the container trainer ended with exit code 9. The end of its log:'),
    });
    expect(message).toContain('out of \\u001b[31mmemory');
    expect(await list('pods', 'proofmill.dev/loop=broken,app.kubernetes.io/component=trainer')).toHaveLength(1);
  });
});
