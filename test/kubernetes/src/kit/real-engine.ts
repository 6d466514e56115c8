/**
 * Real vLLM on the node's processor, for pods of the restricted Pod Security Standard: its install in the cache folder is a
 * local volume, and an image brings the Python and the libraries that the install needs.
 */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@proofmill/one-node-cluster';
import { dataType, servedModels, setUpVllm, writeVllmImage } from '@proofmill/vllm-cpu';
import type { Namespace } from './namespace.ts';

/** Empty, or why the tests with a real engine are left out. */
export const noRealEngine: string =
  process.env.PROOFMILL_REAL_ENGINE === '1'
    ? ''
    : 'it takes minutes and 7 GB: npm run test:kubernetes -- --real-engine';

/** What a job and an installation need so that the engine beside a worker is this one. */
export interface RealEngine {
  /** Values of the chart: what starts it, and the Python that its probes run. */
  readonly values: { readonly engine: object };
  /** `spec.pipeline[].fleet`, less the numbers of workers, slots and collectors. */
  readonly fleet: object;
  /** `spec.pipeline[].engine.model`: SmolLM2-135M-Instruct. A poor judge. */
  readonly model: string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const python = '/models/venv/bin/python';

/** Installs vLLM into the cache folder where it is not there, loads the image, and makes a claim on the install in the namespace. */
export async function realEngine(
  cluster: Cluster,
  namespace: Namespace,
  log: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<RealEngine> {
  const install = await setUpVllm({ log });
  // The pod's user is nobody here, and weights are written for their owner alone.
  for (const file of await readdir(install.modelFolders.smol))
    await chmod(join(install.modelFolders.smol, file), 0o644);
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-vllm-image-'));
  try {
    const image = await writeVllmImage(install, join(folder, 'image.tar'), 'localhost/vllm-cpu:test');
    await cluster.loadImage(image.file);
    const volume = `vllm-${namespace.name}`;
    const objects = [
      volumeObject(volume, install.layout.folder, cluster.nodeName),
      claimObject(volume, namespace.name),
    ];
    await cluster.kubectl(['apply', '-f', '-'], { input: objects.map((one) => JSON.stringify(one)).join('\n---\n') });
    await namespace.kubectl(['wait', `pvc/${claim}`, '--for=jsonpath={.status.phase}=Bound', '--timeout=60s']);
    return {
      values: { engine: { command: [python, '-m', 'vllm.entrypoints.cli.main', 'serve'], probePython: python } },
      fleet: {
        image: image.name,
        model: { claim, path: 'models/smol' },
        engineArgs,
        env: environment,
        gpusPerWorker: 1,
        // Without a request it gets next to nothing of a processor that others want too.
        resources: { cpu: '1', memory: '8Gi', sharedMemory: '1Gi' },
      },
      model: servedModels.smol,
      [Symbol.asyncDispose]: async () => {
        await cluster.kubectl(['delete', 'persistentvolume', volume, '--ignore-not-found', '--wait=false']);
      },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const claim = 'vllm';

/** As tools/vllm-cpu starts it, and for the same reasons. */
const engineArgs = [
  ...['--dtype', dataType(), '--max-model-len', '4096', '--max-num-seqs', '16', '--enforce-eager'],
  ...['--no-enable-chunked-prefill', '--max-num-batched-tokens', '4096'],
];
const environment = { VLLM_CPU_KVCACHE_SPACE: '2', VLLM_HOST_IP: '127.0.0.1', TORCHDYNAMO_DISABLE: '1' };

const size = '10Gi';
const common = { accessModes: ['ReadOnlyMany'], storageClassName: 'by-hand' };

const volumeObject = (name: string, path: string, nodeName: string): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    ...common,
    capacity: { storage: size },
    persistentVolumeReclaimPolicy: 'Retain', // the folder is the machine's, and stays
    local: { path },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [nodeName] }] },
        ],
      },
    },
  },
});

const claimObject = (volumeName: string, namespace: string): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: claim, namespace },
  spec: { ...common, volumeName, resources: { requests: { storage: size } } },
});
