/** The script of the pod that fills a claim with weights, as the Python of this machine runs it, with stand-ins for the hub and for `hf`. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { kubernetesSettingsSchema } from '@proofmill/contract';
import { weightsJob } from '@proofmill/kubernetes-objects';
import { until } from '@proofmill/process';
import { type HubModel, type ModelHub, startModelHub } from '@proofmill/test-kit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stageOptions } from './stage-options.ts';

const run = promisify(execFile);
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
);
const repository = 'org/model';
const files = { 'config.json': Buffer.from('{}'), 'sub/model.safetensors': Buffer.alloc(1000, 'weights ') };
const token = 'hf_of-the-test';

/** The command of the container, as the driver renders it. */
function commandOfPod(): string[] {
  const settings = kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } });
  const fleet = { image: 'vllm:1', model: { huggingFace: repository, cache: { claim: 'weights' } } };
  const job = weightsJob(stageOptions(settings, {}, fleet));
  if (job === null) throw new Error('the weights need no Job');
  const { template } = job.spec as { template: { spec: { containers: [{ command: string[] }] } } };
  return template.spec.containers[0].command;
}

interface PodEnd {
  readonly code: number;
  readonly said: string;
  /** Its last line: what the status of the job says. */
  readonly sentence: string;
}

interface Scene {
  readonly hub: ModelHub;
  /** The folder of the model in the claim. */
  readonly folder: string;
  /** Runs the pod to its end. */
  pod(env?: Readonly<Record<string, string>>, onText?: (text: string) => void): Promise<PodEnd>;
  /** What `hf` does, as lines of a shell whose $FOLDER is the folder of the model and whose $FILES holds the files of the model. */
  hfDoes(...lines: string[]): Promise<void>;
  /** How often `hf` was run, and with what. */
  calls(): Promise<string[]>;
}

const allOfIt = 'cp -r "$FILES/." "$FOLDER"';

async function scene(model: HubModel | null = { files }): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'proofmill-weights-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const hub = await startModelHub();
  onTestFinished(() => hub[Symbol.asyncDispose]());
  if (model) hub.state.models.set(repository, model);
  const [programs, content, log] = [join(root, 'bin'), join(root, 'content'), join(root, 'log')];
  await mkdir(programs);
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(content, name)), { recursive: true });
    await writeFile(join(content, name), bytes);
  }
  const models = join(root, 'models');
  await mkdir(models);
  const [program = '', ...words] = commandOfPod().map((word) => word.replace(/^\/models\//, `${models}/`));
  const folder = words.find((word) => word.startsWith(`${models}/`)) ?? '';
  const hfDoes: Scene['hfDoes'] = async (...lines) => {
    const head = ['#!/bin/sh', `echo "$@" >> ${log}`, `FILES=${content}`, `FOLDER=${folder}`];
    await writeFile(join(programs, 'hf'), `${[...head, ...lines].join('\n')}\n`);
    await chmod(join(programs, 'hf'), 0o755);
  };
  await hfDoes(allOfIt);
  return {
    ...{ hub, folder, hfDoes },
    async pod(more = {}, onText = () => {}) {
      const path = `${programs}:${process.env.PATH}`;
      const env = { ...process.env, PATH: path, HF_ENDPOINT: hub.address, HF_TOKEN: '', ...more };
      const running = run(program, words, { env });
      running.child.stdout?.on('data', onText);
      const { code, stdout, stderr } = await running.then(
        (ended) => ({ code: 0, ...ended }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
      return { code, said: stdout + stderr, sentence: stdout.trim().split('\n').at(-1) ?? '' };
    },
    calls: async () => (existsSync(log) ? (await readFile(log, 'utf8')).trim().split('\n') : []),
  };
}

const isComplete = (folder: string): boolean => existsSync(join(folder, '.proofmill-complete'));
const slow = { timeout: 120_000 };

describe.skipIf(!hasPython)('the pod that fills a claim with weights', () => {
  test(
    'fetches them once: a download that fails is repeated, and after one that is complete nothing is asked',
    slow,
    async () => {
      const { hub, folder, pod, hfDoes, calls } = await scene();
      await hfDoes('echo "Error: the line is cut, https://cdn/model?signature=abc" >&2', 'exit 1');
      const failed = await pod();
      expect(failed).toMatchObject({ code: 75 });
      expect(failed.sentence).toMatch(
        /ended with exit code 1, and 2 of 2 files .* \(Error: the line is cut, https:\/\/cdn\/model\)/,
      );
      await hfDoes(allOfIt);
      expect(await pod()).toMatchObject({ code: 0 });
      hub.state.requests.length = 0;
      expect(await pod()).toMatchObject({ code: 0, sentence: 'the weights are there already' });
      expect(hub.state.requests).toEqual([]);
      const command = `download ${repository} --revision ${hub.commitOf(repository)} --local-dir ${folder}`;
      expect(await calls()).toEqual([command, command]);
    },
  );

  test('does not take the word of hf, which ends well where the hub was away and a part is there', slow, async () => {
    const { folder, pod, hfDoes } = await scene();
    await hfDoes('cp "$FILES/config.json" "$FOLDER"');
    expect(await pod()).toMatchObject({ code: 75, sentence: expect.stringContaining('1 of 2 files') });
    await hfDoes('mkdir -p "$FOLDER/sub"', 'echo short > "$FOLDER/sub/model.safetensors"');
    expect(await pod()).toMatchObject({ code: 75, sentence: expect.stringContaining('1 of 2 files') });
    expect(isComplete(folder)).toBe(false);
    await hfDoes('[ ! -e "$FOLDER/sub/model.safetensors" ] || exit 9', allOfIt);
    expect(await pod()).toMatchObject({ code: 0 });
    expect(isComplete(folder)).toBe(true);
  });

  test('removes the parts that a kill has left, and those that hf takes up again stay', slow, async () => {
    const { folder, pod, hfDoes } = await scene();
    const parts = join(folder, '.cache/huggingface/download');
    await mkdir(parts, { recursive: true });
    const etag = 'a'.repeat(64);
    for (const name of [`x=.${etag}.0123abcd.incomplete`, `x=.${etag}.incomplete`])
      await writeFile(join(parts, name), 'x');
    await hfDoes(allOfIt);
    expect(await pod()).toMatchObject({ code: 0 });
    expect(await readdir(parts)).toEqual([`x=.${etag}.incomplete`]);
  });

  test(
    'fetches the rest of the commit that was begun, and another one only where the hub has it no more',
    slow,
    async () => {
      const { hub, folder, pod, hfDoes, calls } = await scene();
      await hfDoes('cp "$FILES/config.json" "$FOLDER"');
      await pod();
      const begun = hub.commitOf(repository);
      expect(await readFile(join(folder, '.proofmill-commit'), 'utf8')).toBe(begun);
      hub.state.requests.length = 0;
      await pod();
      expect(hub.state.requests[0]?.path).toBe(`/api/models/${repository}/revision/${begun}`);
      hub.state.moves.set(repository, 1);
      await hfDoes('[ ! -e "$FOLDER/config.json" ] || exit 9', allOfIt);
      expect(await pod()).toMatchObject({ code: 0 });
      expect((await calls()).at(-1)).toContain(hub.commitOf(repository));
    },
  );

  test('waits for the pod of another job that fetches the same weights', slow, async () => {
    const { hub, folder, pod, hfDoes, calls } = await scene();
    const gate = join(dirname(folder), 'gate');
    await run('mkfifo', [gate]);
    await hfDoes(`cat ${gate}`, allOfIt);
    const first = pod();
    await until('hf runs', async () => (await calls()).length === 1);
    let said = '';
    const second = pod({}, (text) => {
      said += text;
    });
    await until('the second waits', async () => said.includes('another pod fetches these weights'));
    await writeFile(gate, '');
    expect([await first, await second]).toMatchObject([
      { code: 0 },
      { code: 0, sentence: 'the weights are there already' },
    ]);
    expect(await calls()).toHaveLength(1);
    expect(hub.state.requests.filter(({ path }) => path.startsWith('/api'))).toHaveLength(1);
  });

  const listed = `${repository} at main`;
  test.each<[string, HubModel | null, (hub: ModelHub) => void, Record<string, string>, number, RegExp]>([
    ['401 without a token', null, () => {}, {}, 2, new RegExp(`answers 401 for ${listed} .*name a Secret`)],
    ['401 to its token', { files, token: 'hf_other' }, () => {}, { HF_TOKEN: token }, 2, /answers 401 .*put a token/],
    ['404', null, () => {}, { HF_TOKEN: token }, 2, new RegExp(`has no ${listed}: correct fleet.model`)],
    [
      '403 for a file of a gated model',
      { files, gate: 'hf_other' },
      () => {},
      { HF_TOKEN: token },
      2,
      /403 for sub\/model.safetensors of/,
    ],
    [
      '500',
      { files },
      ({ state }) => Object.assign(state, { away: 500 }),
      {},
      75,
      /answers 500 .*working hard.*asked again/,
    ],
    ['429', { files }, ({ state }) => Object.assign(state, { away: 429 }), {}, 75, /answers 429 .*asked again/],
    [
      'a list that leads out of its folder',
      { files: { '../../x': Buffer.from('x') } },
      () => {},
      {},
      2,
      /in no folder of it/,
    ],
    [
      'more than the claim has room for',
      { files, sizes: { 'config.json': 9e15 } },
      () => {},
      {},
      75,
      /^the claim weights is too small .*9000000.0 GB are to come/,
    ],
  ])('ends with a sentence, and without hf, where the hub answers with %s', slow, async (...of) => {
    const [, model, change, env, code, sentence] = of;
    const { hub, folder, pod, calls } = await scene(model);
    change(hub);
    const ended = await pod(env);
    expect(ended.sentence).toMatch(sentence);
    expect(ended.code).toBe(code);
    expect(ended.said).not.toContain(token);
    expect(await calls()).toEqual([]);
    expect(isComplete(folder)).toBe(false);
  });

  test.each<[string, Record<string, string>, number, RegExp]>([
    ['an address where nobody is', { HF_ENDPOINT: 'http://127.0.0.1:9' }, 75, /:9 does not answer \(.*refused\)/],
    ['no address', { HF_ENDPOINT: 'hub' }, 2, /^HF_ENDPOINT, hub, is not/],
    ['a token of two lines', { HF_TOKEN: `${token}\nmore` }, 2, /characters that no token has/],
  ])('ends with a sentence where it is given %s', slow, async (_, env, code, sentence) => {
    const { pod } = await scene();
    const ended = await pod(env);
    expect(ended).toMatchObject({ code, sentence: expect.stringMatching(sentence) });
    expect(ended.said).not.toContain(token);
  });

  test('gives the token to the hub, and to no host that the hub leads to', slow, async () => {
    const { hub, pod } = await scene({ files, token });
    expect(await pod({ HF_TOKEN: token })).toMatchObject({ code: 0 });
    await using other = await startModelHub();
    const leading = await scene();
    leading.hub.state.elsewhere = other.address;
    expect(await leading.pod({ HF_TOKEN: token })).toMatchObject({ code: 75 });
    expect(other.state.requests).toEqual([]);
    expect(hub.state.requests.every(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
  });
});
