/**
 * The engine beside a worker: a native sidecar (an init container that stays), so that the worker starts when the engine is
 * ready, and the engine is told to end when the worker has. They share a unix socket, which nobody outside of the pod reaches.
 */
import {
  ConfigurationError,
  type Fleet,
  type KubernetesSettings,
  podPaths,
  type StageDefinition,
  type StageSpec,
} from '@proofmill/contract';
import { emptyFolder, type Fields, given, literal, secretVariable, variable } from './fields.ts';
import { guarded, ownContainer } from './pods.ts';

/** What the engine adds to the worker's pod. */
export interface EngineParts {
  /** What the worker is to ask. */
  readonly address: string;
  readonly initContainers: readonly Fields[];
  readonly volumes: readonly Fields[];
  /** What the worker must mount to reach it. */
  readonly mounts: readonly Fields[];
}

interface EngineOptions {
  readonly spec: StageSpec;
  readonly definition: StageDefinition;
  readonly settings: KubernetesSettings;
}

const socketVolume = 'engine';
const socketMount = { name: socketVolume, mountPath: podPaths.engineFolder };
const socketAddress = `unix://${podPaths.engineSocket}`;
const isHttp = (url: string): boolean => /^https?:\/\//.test(url);

/** ConfigurationError where the job asks for an engine that cannot be had in a pod. */
export function engineParts(options: EngineOptions): EngineParts {
  const { spec } = options;
  const { baseUrl } = spec.engine;
  if (baseUrl === undefined) return besideWorker(vllm(options));
  if (baseUrl === 'simulator:') return besideWorker({ initContainers: [simulator(options)], volumes: [] });
  if (isHttp(baseUrl)) return { address: baseUrl, initContainers: [], volumes: [], mounts: [] };
  throw new ConfigurationError(
    `stage ${spec.name}: engine.baseUrl ${baseUrl} cannot be reached from a pod. Leave it out for an engine beside each worker, or give http://HOST:PORT`,
  );
}

/** The address of the first judge's engine, where that is another one. There is one engine in a pod, so it must be elsewhere. */
export function firstEngineAddress({ spec, definition }: EngineOptions): string | null {
  const first = definition.kind === 'label' ? definition.first : null;
  if (!first || spec.stage !== 'label' || first.engine.model === definition.engine.model) return null;
  const { baseUrl } = spec.first?.engine ?? spec.engine;
  if (baseUrl !== undefined && isHttp(baseUrl)) return baseUrl;
  throw new ConfigurationError(
    `stage ${spec.name}: its first judge asks the model ${first.engine.model}, and a worker has one engine beside it. Give first.engine.baseUrl, http://HOST:PORT`,
  );
}

const besideWorker = (parts: Pick<EngineParts, 'initContainers' | 'volumes'>): EngineParts => ({
  address: socketAddress,
  initContainers: parts.initContainers,
  volumes: [emptyFolder(socketVolume), ...parts.volumes],
  mounts: [socketMount],
});

/** It restarts without the pod. Ready when it answers; a probe by HTTP would ask the pod's address, where nothing listens. */
const sidecar = (probe: readonly string[], startSeconds: number): Fields => ({
  restartPolicy: 'Always',
  startupProbe: {
    exec: { command: probe },
    periodSeconds: 5,
    timeoutSeconds: 10,
    failureThreshold: Math.ceil(startSeconds / 5),
  },
  livenessProbe: { exec: { command: probe }, periodSeconds: 30, timeoutSeconds: 15, failureThreshold: 4 },
});

/** The built-in stand-in. It needs no GPU; further flags come from fleet.engineArgs. */
function simulator({ spec, definition, settings }: EngineOptions): Fields {
  refuseAddress(spec);
  const { endpoint } = definition.profile;
  return ownContainer(settings, {
    name: 'engine',
    args: [
      ...['simulate', '--uds', podPaths.engineSocket, '--model', literal(spec.engine.model)],
      ...['--runner', endpoint === 'chat' ? 'generate' : 'pooling'],
      ...spec.fleet.engineArgs.map(literal),
    ],
    env: Object.entries(spec.fleet.env).map(([name, value]) => variable(name, value)),
    mounts: [socketMount],
    more: sidecar(['proofmill', 'health', '--engine', socketAddress], settings.engine.startSeconds),
  });
}

/** Idle connections stay longer than the worker keeps them, and nothing is fetched or reported. */
const vllmEnvironment = [
  variable('VLLM_HTTP_TIMEOUT_KEEP_ALIVE', '120'),
  variable('VLLM_NO_USAGE_STATS', '1'),
  variable('DO_NOT_TRACK', '1'),
  variable('HF_HUB_OFFLINE', '1'),
];

const homeFolder = '/home/engine';
/** The user of the pod has no entry in the image's list of users, where Python would look for a name and a home. */
const homeEnvironment = [variable('HOME', homeFolder), variable('USER', 'engine'), variable('LOGNAME', 'engine')];

/** The worker has ended by then, so there is nothing to wait for; without a time vLLM would wait for those who hang on. */
const shutdownSeconds = '10';

function vllm({ spec, settings }: EngineOptions): Pick<EngineParts, 'initContainers' | 'volumes'> {
  refuseAddress(spec);
  const { fleet, engine, name } = spec;
  const image = fleet.image ?? settings.engine.image;
  if (image === undefined) {
    throw new ConfigurationError(
      `stage ${name}: there is no image for its engine. Give fleet.image, or engine.image in the settings of the installation`,
    );
  }
  const python = settings.engine.probePython;
  const model = modelParts(fleet, settings, image);
  const container = {
    name: 'engine',
    image,
    imagePullPolicy: settings.imagePullPolicy,
    command: [python, '-c', startScript, podPaths.engineSocket],
    args: [
      ...settings.engine.command.map(literal),
      model.path ?? literal(engine.model),
      ...['--served-model-name', literal(engine.model), '--uds', podPaths.engineSocket],
      ...['--shutdown-timeout', shutdownSeconds, '--generation-config', 'vllm'],
      ...fleet.engineArgs.map(literal),
    ],
    env: [
      ...homeEnvironment,
      ...vllmEnvironment.filter(({ name: key }) => !(String(key) in fleet.env)),
      ...Object.entries(fleet.env).map(([key, value]) => variable(key, value)),
    ],
    ...given('resources', engineResources(fleet)),
    ...guarded(false),
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'home', mountPath: homeFolder },
      { name: 'shared-memory', mountPath: '/dev/shm' },
      socketMount,
      ...(model.volume ? [{ name: 'models', mountPath: podPaths.models, readOnly: true }] : []),
    ],
    ...sidecar([python, '-c', probeScript, podPaths.engineSocket], settings.engine.startSeconds),
  };
  return {
    initContainers: [...model.fetch, container],
    volumes: [
      emptyFolder('home'),
      emptyFolder('shared-memory', { medium: 'Memory', sizeLimit: fleet.resources.sharedMemory }),
      ...(model.volume ? [{ name: 'models', ...model.volume }] : []),
    ],
  };
}

/** vLLM leaves its socket behind, and does not start where there is one. */
const startScript = `import os, sys
try:
    os.unlink(sys.argv[1])
except FileNotFoundError:
    pass
os.execvp(sys.argv[2], sys.argv[2:])`;

const probeScript = `import socket, sys
engine = socket.socket(socket.AF_UNIX)
engine.settimeout(8)
engine.connect(sys.argv[1])
engine.sendall(b"GET /health HTTP/1.0\\r\\nHost: engine\\r\\n\\r\\n")
sys.exit(b" 200 " not in engine.recv(64))`;

/** Where the weights are, and what must be done for that. No path: the image knows the model by its name. */
function modelParts(
  { model }: Fleet,
  settings: KubernetesSettings,
  engineImage: string,
): { path: string | null; volume: Fields | null; fetch: Fields[] } {
  if (model === undefined) return { path: null, volume: null, fetch: [] };
  if ('claim' in model) {
    return {
      path: inModels(model.path),
      volume: { persistentVolumeClaim: { claimName: model.claim, readOnly: true } },
      fetch: [],
    };
  }
  if ('image' in model) {
    return {
      path: inModels(model.path),
      volume: { image: { reference: model.image, pullPolicy: settings.imagePullPolicy } },
      fetch: [],
    };
  }
  const fetch = {
    name: 'fetch',
    image: settings.fetcher.image ?? engineImage,
    imagePullPolicy: settings.imagePullPolicy,
    command: [
      ...['hf', 'download', literal(model.huggingFace), '--local-dir', podPaths.models],
      ...(model.revision === undefined ? [] : ['--revision', literal(model.revision)]),
    ],
    env: [
      ...homeEnvironment,
      ...(model.secret === undefined ? [] : [secretVariable('HF_TOKEN', model.secret, 'token')]),
    ],
    ...guarded(false),
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'home', mountPath: homeFolder },
      { name: 'models', mountPath: podPaths.models },
    ],
  };
  return { path: podPaths.models, volume: { emptyDir: {} }, fetch: [fetch] };
}

const inModels = (path: string): string =>
  literal([podPaths.models, path.replace(/^\/+|\/+$/g, '')].filter(Boolean).join('/'));

function engineResources({ gpusPerWorker, resources: { cpu, memory } }: Fleet): Fields {
  const requests = { ...given('cpu', cpu), ...given('memory', memory) };
  const limits = {
    ...given('memory', memory),
    ...given('nvidia.com/gpu', gpusPerWorker > 0 ? String(gpusPerWorker) : undefined),
  };
  return { ...given('requests', requests), ...given('limits', limits) };
}

/** Where the engine listens is settled: the worker and the probes ask there. */
function refuseAddress({ name, fleet }: StageSpec): void {
  const settled = ['--uds', '--host', '--port'];
  const wrong = fleet.engineArgs.find((argument) => settled.includes(argument.split('=')[0] ?? ''));
  if (wrong === undefined) return;
  throw new ConfigurationError(
    `stage ${name}: fleet.engineArgs has ${wrong}. The engine listens on a socket in its pod (${podPaths.engineSocket}); take that argument out`,
  );
}
