/** The workers of a stage, each with its engine. */
import {
  type Fleet,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesNames,
  podPaths,
  sealedText,
} from '@proofmill/contract';
import { engineParts, firstEngineAddress } from './engine.ts';
import { engineAccessParts } from './engine-access.ts';
import { folderOf, given, variable } from './fields.ts';
import { configMap, indexedJob } from './jobs.ts';
import { labelsOf, natsEnvironment, ownContainer, podTemplate } from './pods.ts';
import { queueLabels } from './queue.ts';
import { type StageOptions, specOf } from './stage-spec.ts';
import { statusArguments, statusFields } from './status-port.ts';

/** An engine beside its worker is up before it; one elsewhere may be brought up by somebody else meanwhile. */
const defaultEngineWaitSeconds = 600;
const defaultEngineDownSeconds = 1200;
/** From the death of an engine beside its worker until its container is started again: Kubernetes backs off for five minutes at most. */
const restartSeconds = 300;

/** The part of the grace time that is left to the engine, which stops after the worker. */
const engineEndSeconds = 15;

/** The ConfigMap with stage.json, then the Job. ConfigurationError where the job asks for something that no pod can have. */
export function workerObjects(options: StageOptions): [stageFile: KubernetesObject, workers: KubernetesObject] {
  const { job, stage, settings, namespace, owner } = options;
  const { definition } = stage;
  const { name } = definition;
  const spec = specOf(job, name);
  const { fleet } = spec;
  const engine = engineParts({ spec, definition, settings });
  const firstEngine = firstEngineAddress({ spec, definition, settings });
  const access = engineAccessParts(job, name);
  const labels = labelsOf(job, 'worker', name);
  const stageFile = kubernetesNames.stageFile(job.metadata.name, name);
  const container = ownContainer(settings, {
    name: 'worker',
    args: [
      ...['worker', '--stage', podPaths.stage, '--engine', engine.address],
      ...(firstEngine === null ? [] : ['--first-engine', firstEngine]),
      ...engineTimes(fleet, engine.initContainers.length > 0 ? settings.engine.startSeconds : null),
      ...access.args,
      ...['--slots', String(fleet.slots), '--grace', String(fleet.graceSeconds - engineEndSeconds)],
      ...statusArguments,
    ],
    // NATS comes last, so that no variable of a job replaces it.
    env: [
      ...settings.worker.env.map(({ name: key, value }) => variable(key, value)),
      ...access.env,
      ...natsEnvironment(settings, 'worker'),
    ],
    resources: settings.worker.resources,
    mounts: [
      { name: 'stage', mountPath: folderOf(podPaths.stage), readOnly: true },
      ...engine.mounts,
      ...access.mounts,
    ],
    more: statusFields,
  });
  const template = podTemplate(withoutStore(settings), {
    labels,
    initContainers: engine.initContainers,
    containers: [container],
    volumes: [{ name: 'stage', configMap: { name: stageFile } }, ...engine.volumes, ...access.volumes],
    graceSeconds: fleet.graceSeconds,
    more: {
      ...given('nodeSelector', fleet.nodeSelector),
      ...given('tolerations', fleet.tolerations),
      ...given('priorityClassName', fleet.priorityClass),
    },
  });
  return [
    configMap({
      name: stageFile,
      namespace,
      labels,
      owner,
      data: { 'stage.json': sealedText(stage, 1) },
    }),
    indexedJob({
      name: kubernetesNames.workers(job.metadata.name, name),
      namespace,
      labels: { ...labels, ...queueLabels(job) },
      owner,
      width: fleet.workers,
      container: 'worker',
      template,
    }),
  ];
}

/** `startSeconds`: how long an engine beside the worker may take to start. A worker that gave it up earlier would never see it again. */
function engineTimes(fleet: Fleet, startSeconds: number | null): string[] {
  const restarted = startSeconds === null ? 0 : startSeconds + restartSeconds;
  const { engineWaitSeconds = defaultEngineWaitSeconds } = fleet;
  const { engineDownSeconds = Math.max(defaultEngineDownSeconds, restarted) } = fleet;
  return ['--engine-wait', String(engineWaitSeconds), '--engine-down', String(engineDownSeconds)];
}

/** A worker reaches neither corpus nor output. */
const withoutStore = ({ store: _store, ...settings }: KubernetesSettings): KubernetesSettings => ({
  ...settings,
  store: { env: [] },
});
