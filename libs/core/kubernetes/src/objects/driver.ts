/** The driver of a job: its Job, and the ConfigMap with the job file. */
import {
  type Job,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesAnnotations,
  kubernetesNames,
  type OwnerReference,
  podPaths,
  sha256,
} from '@proofmill/contract';
import { deadlineAnnotations, deadlineFields, type UsedDeadline } from './driver-deadline.ts';
import { type Fields, folderOf } from './fields.ts';
import { configMap, singleJob } from './jobs.ts';
import { natsAccess } from './nats-access.ts';
import { labelsOf, ownContainer, podTemplate, signingEnvironment, storeAccess } from './pods.ts';
import { statusArguments, watchedStatusFields } from './status-port.ts';

export interface DriverOptions {
  readonly job: Job;
  /** The job file that the driver reads. */
  readonly jobYaml: string;
  /** Digest of the identity of the job: everything that decides labels, and where they go. */
  readonly jobDigest: string;
  readonly settings: KubernetesSettings;
  /** Name of the ConfigMap whose key `cluster.yaml` holds the settings. */
  readonly settingsConfigMap: string;
  readonly namespace: string;
  readonly owner?: OwnerReference;
  readonly suspend: boolean;
  /** What an earlier driver of the job has used of its deadline. Default: nothing. */
  readonly used?: UsedDeadline | undefined;
}

/** Long enough to suspend or remove the Jobs of the fleet. */
const graceSeconds = 60;

/** The ConfigMap with the job file. */
export const jobFileObject = ({
  job,
  jobYaml,
  namespace,
  owner,
}: Pick<DriverOptions, 'job' | 'jobYaml' | 'namespace' | 'owner'>): KubernetesObject =>
  configMap({
    name: kubernetesNames.jobFile(job.metadata.name),
    namespace,
    labels: labelsOf(job, 'driver'),
    owner,
    data: { 'job.yaml': jobYaml },
  });

/** The ConfigMap comes first, as the pod waits for it. */
export function driverObjects(options: DriverOptions): [jobFile: KubernetesObject, driver: KubernetesObject] {
  const { job, jobYaml, jobDigest, settings, settingsConfigMap, namespace, owner, suspend, used } = options;
  const name = kubernetesNames.driver(job.metadata.name);
  const labels = labelsOf(job, 'driver');
  const store = storeAccess(settings);
  const nats = natsAccess(settings, 'coordinator');
  const container = ownContainer(settings, {
    name: 'driver',
    args: ['run', podPaths.job, '--executor', 'kubernetes', ...statusArguments],
    env: [
      { name: 'PROOFMILL_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      {
        name: 'PROOFMILL_DRIVER_JOB',
        valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-name']" } },
      },
      ...nats.env,
      ...signingEnvironment(settings),
      ...(settings.nats.replicas > 1 ? [{ name: 'NATS_REPLICAS', value: String(settings.nats.replicas) }] : []),
      ...store.env,
    ],
    envFrom: store.envFrom,
    resources: settings.driver.resources,
    mounts: [
      { name: 'job', mountPath: folderOf(podPaths.job), readOnly: true },
      { name: 'settings', mountPath: folderOf(podPaths.settings), readOnly: true },
      ...nats.mounts,
      ...store.mounts,
    ],
    more: watchedStatusFields,
  });
  const template = podTemplate(settings, {
    labels,
    containers: [container],
    volumes: [
      jobVolume(job),
      { name: 'settings', configMap: { name: settingsConfigMap } },
      ...nats.volumes,
      ...store.volumes,
    ],
    graceSeconds,
    serviceAccount: settings.driver.serviceAccount,
    token: true,
    pod: settings.driver.pod,
  });
  const annotations = {
    [kubernetesAnnotations.jobDigest]: jobDigest,
    [kubernetesAnnotations.jobFile]: sha256(jobYaml),
    [kubernetesAnnotations.jobFileTaken]: sha256(jobYaml),
    ...deadlineAnnotations(job, used),
  };
  const { ttlSecondsAfterFinished } = job.spec;
  const more = {
    ...deadlineFields(job, used),
    // With a ScoringJob, the operator removes both.
    ...(owner === undefined && ttlSecondsAfterFinished !== undefined ? { ttlSecondsAfterFinished } : {}),
  };
  return [
    jobFileObject(options),
    singleJob({ name, namespace, labels, annotations, owner, suspend, container: 'driver', template, more }),
  ];
}

/** The job file, next to the files that it names. */
function jobVolume({ metadata, spec }: Job): Fields {
  const sources = [kubernetesNames.jobFile(metadata.name), ...(spec.files === undefined ? [] : [spec.files])];
  return { name: 'job', projected: { sources: sources.map((name) => ({ configMap: { name } })) } };
}
