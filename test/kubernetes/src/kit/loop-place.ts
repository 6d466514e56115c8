/** A claim with the corpora and the folders of loops, and stand-ins for the trainer and for the engine of its weights. */
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { durable, runCommand, standInTrainer, writeLoop } from '@proofmill/test-integration';
import { expect } from 'vitest';
import { folderClaim, podUser } from './folder-claim.ts';
import { ownImages } from './images.ts';
import type { Installation } from './installation.ts';
import type { JobObject } from './jobs.ts';

const outputClaim = 'proofmill-output';
const standInClaim = 'stand-in';

/** What the chart takes for loops in the claim. */
export const loopFlags = [
  ...['--set', 'loops.enabled=true', '--set', `store.volume.claim=${outputClaim}`],
  ...['--set', 'engine.probePython=/stand-in/python'],
];

export interface LoopPlace extends AsyncDisposable {
  /** The folder of the claim, /output in pods, as one of this machine. */
  readonly folder: string;
  /** The ConfigMap of a loop: loop.yaml, whose folder in the claim has its name, and its trainer. */
  files(name: string, edit?: (spec: JobObject) => void): Promise<JobObject>;
  /** What the loop leaves for good on one machine, where nothing disturbs it. */
  undisturbed(): Promise<Record<string, string>>;
}

export async function loopPlace({ cluster, namespace }: Installation): Promise<LoopPlace> {
  const root = await mkdtemp(join(tmpdir(), 'proofmill-cluster-loop-'));
  const [folder, standIn] = [join(root, 'shared'), join(root, 'stand-in')];
  for (const path of [folder, standIn, join(folder, 'reference')]) await mkdir(path);
  const corpora = await writeLoop(join(folder, 'data'));
  await writeFile(join(standIn, 'python'), standInEngine);
  await copyFile(join(corpora.folder, 'all.jsonl'), join(standIn, 'all.jsonl'));
  for (const path of [root, standIn, join(standIn, 'python')]) await chmod(path, 0o755);
  await chown(folder, podUser, podUser);
  const volumes = [
    ...folderClaim(namespace.name, outputClaim, folder, 'ReadWriteMany'),
    ...folderClaim(namespace.name, standInClaim, standIn, 'ReadOnlyMany'),
  ];
  await cluster.kubectl(['apply', '-f', '-'], { input: volumes.map((one) => JSON.stringify(one)).join('\n---\n') });
  const { proofmill } = await ownImages(cluster);
  const trainer = stripTypeScriptTypes(await readFile(standInTrainer, 'utf8'));
  return {
    folder,
    async files(name, edit = () => undefined) {
      const onCluster = (spec: JobObject): void => placedOnCluster(edited(spec), proofmill);
      const scene = await writeLoop(join(root, 'written'), { edit: onCluster });
      const loop: JobObject = JSON.parse(await readFile(scene.loop, 'utf8'));
      loop.metadata.name = name;
      loop.spec.output.uri = `/output/${name}`;
      edit(loop.spec);
      return { 'loop.yaml': JSON.stringify(loop), 'trainer.mjs': trainer };
    },
    async undisturbed() {
      const here = join(root, 'here');
      const scene = await writeLoop(here, { edit: (spec) => void edited(spec) });
      await writeFile(join(here, 'trainer.mjs'), trainer);
      const ended = await runCommand({ name: 'loop', words: ['loop', scene.loop], mark: root });
      expect(ended, ended.stderr).toMatchObject({ code: 0 });
      return durable(scene.out);
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
      const names = [outputClaim, standInClaim].map((claim) => `${claim}-${namespace.name}`);
      await cluster.kubectl(['delete', 'persistentvolume', ...names, '--ignore-not-found', '--wait=false']);
    },
  };
}

/** The loop of the scene with commands that are the same on this machine and in a pod: TRAINED.json names them. */
function edited(spec: JobObject): JobObject {
  spec.prover.engine.model = 'stand-in-prover';
  spec.train.command = ['node', 'trainer.mjs', ...spec.train.command.slice(2)];
  spec.train.versions = ['node', '-p', '"stand-in 1"'];
  return spec;
}

function placedOnCluster(spec: JobObject, image: string): void {
  const resources = { cpu: '20m', memory: '256Mi', sharedMemory: '16Mi' };
  const pod = { volumes: [{ name: 'stand-in', path: '/stand-in', claim: standInClaim }] };
  for (const { stage } of [spec.judge, spec.prover])
    Object.assign(stage.fleet, { workers: 1, gpusPerWorker: 0, image, resources, pod });
  // The reference, which nobody has trained.
  spec.judge.stage.fleet.model = { claim: outputClaim, path: 'reference' };
  spec.train.kubernetes = { image, gpus: 0, resources };
  for (const { corpus } of [spec.start.judge, spec.batch, ...spec.evaluations]) corpus.folder = '/output/data';
  spec.files = 'gram-r2-loop';
}

/** In the place of Python: as vLLM is started, it serves a judge as good as the weights in its folder say. */
const standInEngine = `#!/usr/local/bin/node
const { spawn } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { request } = require('node:http');
const [, , socketPath, ...words] = process.argv.slice(2);
if (words.length === 0) {
  const probe = request({ socketPath, path: '/health' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
  probe.on('error', () => process.exit(1)).end();
} else {
  const weights = words[2] + '/weights.json';
  const { accuracy } = existsSync(weights) ? JSON.parse(readFileSync(weights, 'utf8')) : { accuracy: 0.6 };
  const model = words[words.indexOf('--served-model-name') + 1];
  const judge = ['--accuracy', String(accuracy), '--spread', '0', '--position-bias', '0', '--gold', '/stand-in/all.jsonl'];
  const server = spawn('proofmill', ['simulate', '--uds', socketPath, '--model', model, ...judge], { stdio: 'inherit' });
  process.on('SIGTERM', () => server.kill());
  server.on('exit', (code) => process.exit(code ?? 0));
}
`;
