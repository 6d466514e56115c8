/** Submits a job with no custom resource and no operator: as the driver's Job, and the ConfigMap that it reads. */
import { ConfigurationError, type KubernetesApi, type KubernetesSettings, kubernetesNames } from '@proofmill/contract';
import { driverObjects, kinds, refOf } from '@proofmill/kubernetes-objects';
import { differenceToDriver, jobDigestOf } from '../job-difference.ts';
import { beingRemoved, nameTaken, type Submission, type SubmittedJob } from './submission.ts';

export async function submitPlainJob(
  kubernetes: KubernetesApi,
  { document, job }: SubmittedJob,
  { settings, settingsConfigMap }: { settings: KubernetesSettings; settingsConfigMap: string },
): Promise<Submission> {
  const { name } = job.metadata;
  const { namespace: _namespace, ...metadata } = document.metadata;
  const [jobFile, driver] = driverObjects({
    job,
    jobYaml: `${JSON.stringify({ ...kinds.scoringJob, metadata, spec: document.spec }, null, 2)}\n`,
    jobDigest: jobDigestOf(job),
    settings,
    settingsConfigMap,
    namespace: kubernetes.namespace,
    suspend: job.spec.suspend,
  });
  const driverRef = { ...kinds.job, name: kubernetesNames.driver(name) };
  let existing = await kubernetes.read(driverRef);
  if (existing === null) {
    await kubernetes.apply(jobFile);
    if ((await kubernetes.create(driver)) !== null) return 'created';
    // Another submission was faster.
    existing = await kubernetes.read(driverRef);
  }
  if (existing === null || existing.metadata.deletionTimestamp !== undefined) {
    throw new ConfigurationError(beingRemoved(name));
  }
  const difference = differenceToDriver(job, existing, await kubernetes.read(refOf(jobFile)));
  if (difference !== null) throw new ConfigurationError(nameTaken(name, kubernetes.namespace, difference));
  return 'attached';
}
