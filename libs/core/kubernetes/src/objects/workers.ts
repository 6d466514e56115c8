/** The workers of a stage, each with its engine. */
import {
  type Fleet,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesNames,
  podPaths,
  sealedText,
} from '@proofmill/contract';
import { engineParts, firstEngineAddresses } from './engine.ts';
import { engineAccessParts } from './engine-access.ts';
import { type EngineGroup, engineGroups, groupLabels, groupSpec, nodesService, rankVariable } from './engine-group.ts';
import { type Fields, folderOf, variable } from './fields.ts';
import { configMap, groupJob, indexedJob } from './jobs.ts';
import { natsAccess } from './nats-access.ts';
import { mergedPod } from './pod-additions.ts';
import { labelsOf, ownContainer, podTemplate } from './pods.ts';
import { queueAnnotations, queueMarks } from './queue.ts';
import { type StageOptions, specOf } from './stage-spec.ts';
import { statusArguments, statusFields } from './status-port.ts';
import { fetchesInPod, storeWeightsLabels } from './store-weights.ts';
import { fetchContainerName } from './weights-mount.ts';

/** An engine beside its worker is up before it; one elsewhere may be brought up by somebody else meanwhile. */
const defaultEngineWaitSeconds = 600;
const defaultEngineDownSeconds = 1200;
/** From the death of an engine beside its worker until its container is started again: Kubernetes backs off for five minutes at most. */
const restartSeconds = 300;

/** The part of the grace time that is left to the engine, which stops after the worker. */
const engineEndSeconds = 15;

/**
 * The ConfigMap with stage.json, then the Job of the workers; where engines take several nodes, a Service and a Job for each worker.
 * ConfigurationError where the job asks for something that no pod can have.
 */
export function workerObjects(
  options: StageOptions,
): [stageFile: KubernetesObject, workers: KubernetesObject, ...more: KubernetesObject[]] {
  const { job, stage, namespace, owner } = options;
  const { name } = stage.definition;
  const spec = specOf(job, name);
  const { fleet } = spec;
  const labels = labelsOf(job, 'worker', name);
  const parts = {
    namespace,
    labels: { ...labels, ...queueMarks(job).labels },
    // An owner, and not the controller: Kueue would take the workers for a part of the driver, and admit them with it.
    owner: { ...owner, controller: false },
  };
  const data = { 'stage.json': sealedText(stage, 1) };
  const stageFile = configMap({ name: stageFileOf(options), namespace, labels, owner, data });
  const groups = engineGroups(options);
  const [first] = groups ?? [];
  if (groups === null || first === undefined) {
    const jobName = kubernetesNames.workers(job.metadata.name, name);
    const template = workerTemplate(options, null);
    const annotations = queueAnnotations(job, fleet.workers);
    const { workers: width } = fleet;
    const containers = ['worker', ...(fetchesInPod(spec) ? [fetchContainerName] : [])];
    return [stageFile, indexedJob({ ...parts, name: jobName, annotations, width, containers, template })];
  }
  return [
    stageFile,
    nodesService(first, { namespace, labels, owner }),
    ...groups.map((group) =>
      groupJob({
        ...{ ...parts, labels: { ...parts.labels, ...groupLabels(group) } },
        // A group is admitted whole.
        annotations: queueAnnotations(job, 0),
        ...{ name: group.jobName, nodes: group.nodes, template: workerTemplate(options, group) },
      }),
    ),
  ];
}

const stageFileOf = ({ job, stage }: StageOptions): string =>
  kubernetesNames.stageFile(job.metadata.name, stage.definition.name);

function workerTemplate(options: StageOptions, group: EngineGroup | null): Fields {
  const { job, stage, settings } = options;
  const { definition } = stage;
  const { name } = definition;
  const spec = specOf(job, name);
  const { fleet } = spec;
  const { nodeSelector, tolerations, priorityClass } = fleet;
  const engineOptions = { spec, definition, settings, group };
  const engine = engineParts(engineOptions);
  const firstEngine = firstEngineAddresses(engineOptions);
  const access = engineAccessParts(job, name);
  const nats = natsAccess(settings, 'worker');
  const container = ownContainer(settings, {
    name: 'worker',
    args: [
      ...['worker', '--stage', podPaths.stage, '--engine', ...engine.addresses],
      ...(firstEngine.length === 0 ? [] : ['--first-engine', ...firstEngine]),
      ...(engine.addresses.length > 1 || firstEngine.length > 1 ? ['--worker', `$(${rankVariable})`] : []),
      ...(group ? ['--node-rank', `$(${rankVariable})`] : []),
      ...engineTimes(fleet, engine.initContainers.length > 0 ? settings.engine.startSeconds : null),
      ...access.args,
      ...['--may-leave', podPaths.spare],
      ...['--slots', String(fleet.slots), '--grace', String(fleet.graceSeconds - engineEndSeconds)],
      ...statusArguments,
    ],
    // NATS comes last, so that no variable of a job replaces it.
    env: [...settings.worker.env.map(({ name: key, value }) => variable(key, value)), ...access.env, ...nats.env],
    resources: settings.worker.resources,
    mounts: [
      { name: 'stage', mountPath: folderOf(podPaths.stage), readOnly: true },
      ...engine.mounts,
      ...access.mounts,
      ...nats.mounts,
    ],
    more: statusFields,
  });
  return podTemplate(withoutStore(settings), {
    labels: {
      ...labelsOf(job, 'worker', name),
      ...(group ? groupLabels(group) : {}),
      ...(fetchesInPod(spec) ? storeWeightsLabels : {}),
    },
    initContainers: engine.initContainers,
    containers: [container],
    volumes: [
      { name: 'stage', configMap: { name: stageFileOf(options) } },
      ...engine.volumes,
      ...access.volumes,
      ...nats.volumes,
    ],
    graceSeconds: fleet.graceSeconds,
    pod: mergedPod(settings.worker.pod, { ...fleet.pod, nodeSelector, tolerations, priorityClass }),
    imagePullSecrets: fleet.pod?.imagePullSecrets ?? [],
    ...(group ? { more: groupSpec(group) } : {}),
  });
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
