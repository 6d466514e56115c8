/**
 * A claim that the weights of jobs are fetched into, from a stand-in of the Hub on this machine, by the command `hf` as vLLM's image has it. The
 * engines are stand-ins too: each looks at its weights and says what it has found, and none serves until as many have as a job has workers.
 */
import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpHubClient, writeHubClientImage } from '@proofmill/python';
import { type HubModel, type ModelHub, startModelHub } from '@proofmill/test-kit';
import { folderClaim, podUser } from './folder-claim.ts';
import { ownImages } from './images.ts';
import type { Installation } from './installation.ts';
import type { JobObject } from './jobs.ts';
import { startRollCall } from './roll-call.ts';

const claim = 'weights';
const standInClaim = 'stand-in';
/** The Secret with the token of the hub. */
const secret = 'hub';

export interface WeightsPlace extends AsyncDisposable {
  readonly hub: ModelHub;
  /** Makes a job whose fleet has an engine beside each worker, with this model. */
  change(model: { readonly huggingFace: string; readonly secret?: string }): (job: JobObject) => void;
  /** The digests of what the engines have found since the last call. */
  found(): string[];
  /** How many requests the hub had got when the last engine said what it had found. */
  askedBefore(): number;
  /** The folders of models that are in the claim, without what is not of the models. */
  inClaim(): Promise<Record<string, string>>;
}

/** The chart of the installation is given what downloads. */
export async function weightsPlace(
  { cluster, namespace, upgrade }: Installation,
  { token, workers }: { readonly token: string; readonly workers: number },
  log: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<WeightsPlace> {
  await using made = new AsyncDisposableStack();
  const hub = made.use(await startModelHub({ host: cluster.hostAddress }));
  let askedBefore = 0;
  const rollCall = made.use(
    await startRollCall(cluster.hostAddress, workers, () => {
      askedBefore = hub.state.requests.length;
    }),
  );
  const root = await mkdtemp(join(tmpdir(), 'proofmill-cluster-weights-'));
  made.defer(() => rm(root, { recursive: true, force: true }));
  const [folder, standIn] = [join(root, 'weights'), join(root, 'stand-in')];
  for (const path of [folder, standIn]) await mkdir(path);
  await writeFile(join(standIn, 'python'), standInEngine(rollCall.address));
  for (const path of [root, standIn, join(standIn, 'python')]) await chmod(path, 0o755);
  await chown(folder, podUser, podUser);
  const objects = [
    ...folderClaim(namespace.name, claim, folder, 'ReadWriteMany'),
    ...folderClaim(namespace.name, standInClaim, standIn, 'ReadOnlyMany'),
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: secret, namespace: namespace.name }, stringData: { token } },
  ];
  await cluster.kubectl(['apply', '-f', '-'], { input: objects.map((one) => JSON.stringify(one)).join('\n---\n') });
  made.defer(async () => {
    const volumes = [claim, standInClaim].map((name) => `${name}-${namespace.name}`);
    await cluster.kubectl(['delete', 'persistentvolume', ...volumes, '--ignore-not-found', '--wait=false']);
  });
  const { proofmill } = await ownImages(cluster);
  const client = await writeHubClientImage(
    await setUpHubClient(log),
    join(root, 'hub.tar'),
    'localhost/hub-client:test',
  );
  await cluster.loadImage(client.file);
  const few = { requests: { cpu: '10m', memory: '128Mi' }, limits: { cpu: 2, memory: '1Gi' } };
  const engine = { probePython: '/stand-in/python', fetcherImage: client.name, fetcherResources: few };
  const env = [{ name: 'HF_ENDPOINT', value: hub.address }];
  await upgrade('--set-json', `engine=${JSON.stringify(engine)}`, '--set-json', `pods.env=${JSON.stringify(env)}`);
  const disposing = made.move();
  return {
    hub,
    change: (model) => (job) => {
      const [stage] = job.spec.pipeline;
      delete stage.engine.baseUrl;
      const resources = { cpu: '20m', memory: '256Mi', sharedMemory: '16Mi' };
      const pod = { volumes: [{ name: 'stand-in', path: '/stand-in', claim: standInClaim }] };
      const fleet = { image: proofmill, workers, gpusPerWorker: 1, engineArgs: [], resources, pod };
      Object.assign(stage.fleet, fleet, { model: { ...model, cache: { claim } } });
    },
    found: () => rollCall.taken(),
    askedBefore: () => askedBefore,
    async inClaim() {
      const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
      const digests = names.map(async ({ name }) => [name, await digestOfFolder(join(folder, name))] as const);
      return Object.fromEntries(await Promise.all(digests));
    },
    [Symbol.asyncDispose]: () => disposing.disposeAsync(),
  };
}

/** What an engine finds in the folder of a whole model. */
export const digestOfModel = ({ files }: HubModel): string =>
  digestOf(Object.entries(files).filter(([name]) => !name.startsWith('.')));

async function digestOfFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const seen = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  return digestOf(await Promise.all(seen.map(async ({ name }) => [name, await readFile(join(folder, name))] as const)));
}

function digestOf(files: readonly (readonly [string, Buffer])[]): string {
  const hash = createHash('sha256');
  for (const [name, content] of files.toSorted(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(name).update(content);
  return hash.digest('hex');
}

/** In the place of Python: as vLLM is started, it looks at the weights, and serves the built-in judge. */
const standInEngine = (rollCall: string): string => `#!/usr/local/bin/node
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');
const { get, request } = require('node:http');
const [, , socketPath, ...words] = process.argv.slice(2);
if (words.length === 0) {
  const probe = request({ socketPath, path: '/health' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
  probe.on('error', () => process.exit(1)).end();
} else {
  const folder = words[2];
  const files = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile() && !one.name.startsWith('.'));
  const hash = createHash('sha256');
  for (const { name } of files.sort((one, other) => (one.name < other.name ? -1 : 1))) hash.update(name).update(readFileSync(folder + '/' + name));
  get('${rollCall}' + hash.digest('hex'), (answer) => {
    answer.resume();
    const model = words[words.indexOf('--served-model-name') + 1];
    const judge = ['--gold', '/app/examples/corpus/pairs.jsonl', '--time-scale', '0.01'];
    const server = spawn('proofmill', ['simulate', '--uds', socketPath, '--model', model, ...judge], { stdio: 'inherit' });
    process.on('SIGTERM', () => server.kill());
    server.on('exit', (code) => process.exit(code ?? 0));
  });
}
`;
