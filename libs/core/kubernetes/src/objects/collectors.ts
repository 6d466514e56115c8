/** The collectors of a stage. */
import { type KubernetesObject, kubernetesNames } from '@proofmill/contract';
import { literal } from './fields.ts';
import { indexedJob } from './jobs.ts';
import { natsAccess } from './nats-access.ts';
import { labelsOf, ownContainer, podTemplate, storeAccess } from './pods.ts';
import { type StageOptions, specOf } from './stage-spec.ts';
import { statusArguments, watchedStatusFields } from './status-port.ts';

/** Long enough to journal the outcomes in memory. */
const graceSeconds = 60;

export function collectorObjects({
  job,
  stage,
  settings,
  namespace,
  owner,
}: StageOptions): [collectors: KubernetesObject] {
  const { name } = stage.definition;
  const width = Math.min(specOf(job, name).fleet.collectors, stage.partitions);
  const labels = labelsOf(job, 'collector', name);
  const store = storeAccess(settings);
  const nats = natsAccess(settings, 'collector');
  const container = ownContainer(settings, {
    name: 'collector',
    args: [
      ...['collector', '--out', literal(job.spec.output.uri)],
      ...['--stage', name],
      // The number of the pod, which the Job controller sets.
      ...['--share', `$(JOB_COMPLETION_INDEX)/${width}`],
      ...statusArguments,
    ],
    env: [...nats.env, ...store.env],
    envFrom: store.envFrom,
    resources: settings.collector.resources,
    mounts: [...nats.mounts, ...store.mounts],
    more: watchedStatusFields,
  });
  const template = podTemplate(settings, {
    labels,
    containers: [container],
    volumes: [...nats.volumes, ...store.volumes],
    graceSeconds,
    serviceAccount: settings.store.serviceAccount,
    pod: settings.collector.pod,
  });
  const jobName = kubernetesNames.collectors(job.metadata.name, name);
  return [indexedJob({ name: jobName, namespace, labels, owner, width, containers: ['collector'], template })];
}
