/**
 * The engine next to a worker is a native sidecar: an init container that keeps running. So the worker starts when the engine is
 * ready, and the kubelet stops the engine after the worker. They share a unix socket, which nothing outside the pod can reach.
 */
import { addressesOf, ConfigurationError, firstEngineOf, isSameEngine } from '@proofmill/contract';
import { type EngineOptions, type EnginePod, socketAddress, socketMount, socketVolume } from './engine-sidecar.ts';
import { simulatorPod } from './engine-simulator.ts';
import { vllmPod } from './engine-vllm.ts';
import { emptyFolder, type Fields } from './fields.ts';

/** What the engine adds to the worker's pod. */
export interface EngineParts extends EnginePod {
  /** The addresses that the worker is given. Of several it asks the one with its number. */
  readonly addresses: readonly string[];
  /** The mounts through which the worker reaches it. */
  readonly mounts: readonly Fields[];
}

const isHttp = (url: string): boolean => /^https?:\/\//.test(url);

/** ConfigurationError where the job asks for an engine that cannot be reached from a pod. */
export function engineParts(options: EngineOptions): EngineParts {
  const { spec } = options;
  const addresses = addressesOf(spec.engine);
  if (addresses.length === 0) return besideWorker(vllmPod(options));
  if (spec.engine.baseUrl === 'simulator:') return besideWorker(simulatorPod(options));
  const local = addresses.find((address) => !isHttp(address));
  if (local === undefined) return { addresses, initContainers: [], volumes: [], mounts: [] };
  throw new ConfigurationError(
    `stage ${spec.name}: the engine at ${local} cannot be reached from a pod. Leave it out for an engine in each worker's pod, or give it as http://HOST:PORT`,
  );
}

/**
 * The addresses of the first judge's engine; none where it is the stage's own, or the stage has no first judge. A pod has one
 * engine, so any other must be elsewhere: ConfigurationError where the job gives no address of it.
 */
export function firstEngineAddresses({ spec }: EngineOptions): readonly string[] {
  const first = firstEngineOf(spec);
  if (first === null || isSameEngine(first, spec.engine)) return [];
  const addresses = addressesOf(first);
  if (addresses.length > 0 && addresses.every(isHttp)) return addresses;
  throw new ConfigurationError(
    `stage ${spec.name}: its first judge asks another engine (${first.model}), and the pod of a worker has room for one. Set first.engine.baseUrl to http://HOST:PORT`,
  );
}

const besideWorker = ({ initContainers, volumes }: EnginePod): EngineParts => ({
  addresses: [socketAddress],
  initContainers,
  volumes: [emptyFolder(socketVolume), ...volumes],
  mounts: [socketMount],
});
