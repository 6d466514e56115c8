/** Submits a job with no custom resource and no operator: as the driver's Job, and the ConfigMap that it reads. */
import { ConfigurationError, type KubernetesApi, type KubernetesSettings, kubernetesNames } from '@proofmill/contract';
import { driverObjects, jobStateOf, kinds, refOf, tellDriver } from '@proofmill/kubernetes-objects';
import { carryOut } from '../carry-out.ts';
import { changeSinceDriver, differenceToDriver, jobDigestOf } from '../job-difference.ts';
import { beingRemoved, nameTaken, type Submission, type SubmittedJob } from './submission.ts';

/**
 * Creates the driver's Job, or attaches to the one that exists. A driver that runs is given the width, the limits and the fleets of the file.
 * ConfigurationError where the file decides other labels, and where the driver has to be started again for it.
 */
export async function submitPlainJob(
  kubernetes: KubernetesApi,
  { document, job }: SubmittedJob,
  { settings, settingsConfigMap }: { settings: KubernetesSettings; settingsConfigMap: string },
): Promise<Submission> {
  const { name } = job.metadata;
  const { namespace: _namespace, ...metadata } = document.metadata;
  const jobYaml = `${JSON.stringify({ ...kinds.scoringJob, metadata, spec: document.spec }, null, 2)}\n`;
  const [jobFile, driver] = driverObjects({
    job,
    jobYaml,
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
  const existingFile = await kubernetes.read(refOf(jobFile));
  const difference = differenceToDriver(job, existing, existingFile);
  if (difference !== null) throw new ConfigurationError(nameTaken(name, kubernetes.namespace, difference));
  const change = changeSinceDriver({ job, jobYaml }, existing, existingFile);
  const { end, jobFileTaken } = jobStateOf(existing);
  if (change === 'none' || end === 'succeeded') return 'attached';
  if (change === 'driver' || end === 'failed' || jobFileTaken === null) {
    throw new ConfigurationError(
      `the driver of ${name} ${end === 'failed' ? 'has ended' : 'is running'} with another file, and has to be started again for this one: kubectl -n ${kubernetes.namespace} delete job ${driverRef.name}, and submit it again. What is labelled stays`,
    );
  }
  await carryOut(kubernetes, [{ do: 'apply', object: jobFile }, tellDriver(existing, jobYaml)]);
  return 'changed';
}
