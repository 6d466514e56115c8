/** The vLLM of a worker's pod, in an image that is not ours. */
import { parallelArguments, podPaths } from '@proofmill/contract';
import { nodeArguments, rankVariable } from './engine-group.ts';
import { engineImage } from './engine-image.ts';
import { engineResources } from './engine-resources.ts';
import { type EngineOptions, type EnginePod, refuseAddress, sidecarFields, socketMount } from './engine-sidecar.ts';
import { emptyFolder, environment, given, literal, variable } from './fields.ts';
import { claimOfWeights, homeEnvironment, homeMount, homeVolume, modelWeights } from './model-weights.ts';
import { addedVolumes } from './pod-additions.ts';
import { authoritiesMount, foreignEnvironment, guarded } from './pods.ts';
import { modelsMount } from './weights-mount.ts';

/** vLLM leaves its socket when it dies, and does not start where one exists. */
const startScript = `import os, sys
try:
    os.unlink(sys.argv[1])
except FileNotFoundError:
    pass
os.execvp(sys.argv[2], sys.argv[2:])`;

/** Only rank 0 of an engine of several nodes has a server. */
const groupStartScript = `${startScript.replace('os.execvp(sys.argv[2], sys.argv[2:])', '').trimEnd()}
rank = os.environ["${rankVariable}"]
os.execvp(sys.argv[2], sys.argv[2:] + ([] if rank == "0" else ["--headless"]))`;

const probeScript = `import socket, sys
engine = socket.socket(socket.AF_UNIX)
engine.settimeout(8)
engine.connect(sys.argv[1])
engine.sendall(b"GET /health HTTP/1.0\\r\\nHost: engine\\r\\n\\r\\n")
sys.exit(b" 200 " not in engine.recv(64))`;

/** A rank without a server is as ready as its process: when that ends, its container does. */
const groupProbeScript = `import os, sys
if os.environ["${rankVariable}"] != "0":
    sys.exit(0)
${probeScript.replace('import socket, sys', 'import socket')}`;

/** The engine keeps idle connections longer than the worker does, downloads nothing and reports nothing. */
const vllmEnvironment = [
  variable('VLLM_HTTP_TIMEOUT_KEEP_ALIVE', '120'),
  variable('VLLM_NO_USAGE_STATS', '1'),
  variable('DO_NOT_TRACK', '1'),
  variable('HF_HUB_OFFLINE', '1'),
];

/** The worker has ended by then, so nothing is in flight; without a limit vLLM would wait for connections that stay open. */
const shutdownSeconds = '10';

export function vllmPod({ spec, settings, group }: EngineOptions): EnginePod {
  refuseAddress(spec);
  const { fleet, engine, name } = spec;
  const image = engineImage(spec, settings);
  const python = settings.engine.probePython;
  const weights = modelWeights(fleet, settings, image);
  const added = addedVolumes(
    { where: `stage ${name}`, field: 'fleet.pod.volumes', weights: claimOfWeights(fleet) },
    fleet.pod ?? {},
    settings,
  );
  const container = {
    name: 'engine',
    image,
    imagePullPolicy: settings.imagePullPolicy,
    command: [python, '-c', group ? groupStartScript : startScript, podPaths.engineSocket],
    args: [
      ...settings.engine.command.map(literal),
      weights.path ?? literal(engine.model),
      ...['--served-model-name', literal(engine.model), '--uds', podPaths.engineSocket],
      ...['--shutdown-timeout', shutdownSeconds, '--generation-config', 'vllm'],
      ...(group ? nodeArguments(group) : []),
      ...parallelArguments(fleet),
      ...fleet.engineArgs.map(literal),
    ],
    env: environment([
      ...foreignEnvironment(settings),
      ...homeEnvironment,
      ...vllmEnvironment,
      ...Object.entries(fleet.env).map(([key, value]) => variable(key, value)),
    ]),
    ...given('resources', engineResources(fleet, settings)),
    ...guarded(false),
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      homeMount,
      { name: 'shared-memory', mountPath: '/dev/shm' },
      socketMount,
      ...authoritiesMount(settings),
      ...(weights.volume ? [{ ...modelsMount, readOnly: true, ...given('subPath', weights.subPath) }] : []),
      ...added.mounts,
    ],
    ...sidecarFields(
      [python, '-c', group ? groupProbeScript : probeScript, podPaths.engineSocket],
      settings.engine.startSeconds,
    ),
  };
  return {
    initContainers: [...weights.fetch, container],
    volumes: [
      homeVolume,
      emptyFolder('shared-memory', { medium: 'Memory', sizeLimit: fleet.resources.sharedMemory }),
      ...(weights.volume ? [{ name: modelsMount.name, ...weights.volume }] : []),
      ...added.volumes,
    ],
  };
}
