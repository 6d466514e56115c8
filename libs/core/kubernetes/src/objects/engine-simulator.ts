import { podPaths } from '@proofmill/contract';
import {
  type EngineOptions,
  type EnginePod,
  refuseAddress,
  sidecarFields,
  socketAddress,
  socketMount,
} from './engine-sidecar.ts';
import { literal, variable } from './fields.ts';
import { ownContainer } from './pods.ts';

/** The built-in simulator. It needs no GPU, and takes further flags from fleet.engineArgs. */
export function simulatorPod({ spec, definition, settings }: EngineOptions): EnginePod {
  refuseAddress(spec);
  const { endpoint } = definition.profile;
  const container = ownContainer(settings, {
    name: 'engine',
    args: [
      ...['simulate', '--uds', podPaths.engineSocket, '--model', literal(spec.engine.model)],
      ...['--runner', endpoint === 'chat' ? 'generate' : 'pooling'],
      ...spec.fleet.engineArgs.map(literal),
    ],
    env: Object.entries(spec.fleet.env).map(([name, value]) => variable(name, value)),
    resources: settings.simulator.resources,
    mounts: [socketMount],
    more: sidecarFields(['proofmill', 'health', '--engine', socketAddress], settings.engine.startSeconds),
  });
  return { initContainers: [container], volumes: [] };
}
