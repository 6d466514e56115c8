/** The script of the pod that fills a claim with weights, as the Python of this machine runs it, with a stand-in for `hf`. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kubernetesSettingsSchema } from '@proofmill/contract';
import { weightsJob } from '@proofmill/kubernetes-objects';
import { expect, onTestFinished, test } from 'vitest';
import { stageOptions } from './stage-options.ts';

const run = promisify(execFile);
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
);

/** The command of the container, as the driver renders it. */
function commandOfPod(): string[] {
  const settings = kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } });
  const fleet = { image: 'vllm:1', model: { huggingFace: 'org/model', cache: { claim: 'weights' } } };
  const job = weightsJob(stageOptions(settings, {}, fleet));
  if (job === null) throw new Error('the weights need no Job');
  const { template } = job.spec as { template: { spec: { containers: [{ command: string[] }] } } };
  return template.spec.containers[0].command;
}

test.skipIf(!hasPython)(
  'weights are fetched once: a download that fails is repeated, one that is complete is not',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'proofmill-weights-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const programs = join(folder, 'bin');
    const log = join(folder, 'log');
    await mkdir(programs);
    await writeFile(join(programs, 'hf'), `#!/bin/sh\necho "$@" >> ${log}\n[ -e ${folder}/works ]\n`);
    await chmod(join(programs, 'hf'), 0o755);
    const models = join(folder, 'models');
    const [program = '', ...words] = commandOfPod().map((word) => word.replaceAll('/models/', `${models}/`));
    const pod = () =>
      run(program, words, { env: { ...process.env, PATH: `${programs}:${process.env.PATH}` } }).then(
        () => 0,
        ({ code }: { code: number }) => code,
      );

    expect(await pod()).toBe(1);
    await writeFile(join(folder, 'works'), '');
    expect([await pod(), await pod()]).toEqual([0, 0]);
    const calls = (await readFile(log, 'utf8')).trim().split('\n');
    expect(calls).toHaveLength(2);
    const [name = ''] = await readdir(models);
    expect(calls[1]).toBe(`download org/model --local-dir ${models}/${name}`);
  },
);
