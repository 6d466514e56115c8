/** What the two engines that run as sidecars have in common. */
import {
  ConfigurationError,
  type KubernetesSettings,
  podPaths,
  type StageDefinition,
  type StageSpec,
} from '@proofmill/contract';
import type { EngineGroup } from './engine-group.ts';
import type { Fields } from './fields.ts';

export interface EngineOptions {
  readonly spec: StageSpec;
  readonly definition: StageDefinition;
  readonly settings: KubernetesSettings;
  /** Where the engine takes several nodes. */
  readonly group: EngineGroup | null;
}

/** The containers of an engine, with the volumes that only they mount. */
export interface EnginePod {
  readonly initContainers: readonly Fields[];
  readonly volumes: readonly Fields[];
}

export const socketVolume = 'engine';
export const socketMount = { name: socketVolume, mountPath: podPaths.engineFolder };
export const socketAddress = `unix://${podPaths.engineSocket}`;

/**
 * The fields of a sidecar. It restarts without its pod, and is ready when it answers. The probe is a command: one by HTTP would
 * ask the pod's address, where nothing listens.
 */
export const sidecarFields = (probe: readonly string[], startSeconds: number): Fields => ({
  restartPolicy: 'Always',
  startupProbe: {
    exec: { command: probe },
    periodSeconds: 5,
    timeoutSeconds: 10,
    failureThreshold: Math.ceil(startSeconds / 5),
  },
  livenessProbe: { exec: { command: probe }, periodSeconds: 30, timeoutSeconds: 15, failureThreshold: 4 },
});

const addressArguments = ['--uds', '--host', '--port'];
const nodeArguments = ['--nnodes', '--node-rank', '--master-addr', '--headless'];

/** Rejects arguments that move the engine away from the socket, where the worker and the probes ask, or say where its nodes are. */
export function refuseAddress({ name, fleet }: StageSpec): void {
  const given = (flags: readonly string[]): string | undefined =>
    fleet.engineArgs.find((argument) => flags.includes(argument.split('=')[0]?.replaceAll('_', '-') ?? ''));
  const wrong = given(addressArguments);
  if (wrong !== undefined) {
    throw new ConfigurationError(
      `stage ${name}: fleet.engineArgs has ${wrong}. The engine listens on a socket in its pod (${podPaths.engineSocket}); remove that argument`,
    );
  }
  const ofNodes = given(nodeArguments);
  if (ofNodes !== undefined) {
    throw new ConfigurationError(
      `stage ${name}: fleet.engineArgs has ${ofNodes}. Its pods tell the engine which node each is; remove that argument, and set fleet.nodesPerWorker`,
    );
  }
}
