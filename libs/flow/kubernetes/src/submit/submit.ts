/** Submitting a job: once, however often it is said. */

import {
  ConfigurationError,
  canonicalJson,
  type Job,
  jobSchema,
  type KubernetesApi,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesNames,
  scoringJobs,
} from '@proofmill/contract';
import { driverObjects } from '@proofmill/kubernetes-objects';
import { differenceBetween, differenceTo, jobDigestOf } from '../operator/wanted-job.ts';

/** A job file, as it was written and as it is understood. */
export interface SubmittedJob {
  readonly document: {
    readonly metadata: KubernetesObject['metadata'];
    readonly spec: Readonly<Record<string, unknown>>;
  };
  readonly job: Job;
}

/**
 *   created     it was not there
 *   attached    it is there, and the same
 *   changed     it is there with another fleet or other limits, which are now as the file says
 */
export type Submission = 'created' | 'attached' | 'changed';

/** How often another writer may come between reading and writing. */
const TRIES = 5;

/**
 * Makes the ScoringJob, or finds the one that is there. ConfigurationError when that decides other labels, with the difference.
 * Whether a job that is there is suspended stays as it is.
 */
export async function submitScoringJob(kubernetes: KubernetesApi, submitted: SubmittedJob): Promise<Submission> {
  const { document, job } = submitted;
  const { name } = job.metadata;
  const { apiVersion, kind } = scoringJobs;
  const metadata = { ...document.metadata, namespace: kubernetes.namespace };
  for (let tries = 0; tries < TRIES; tries += 1) {
    if ((await kubernetes.create({ apiVersion, kind, metadata, spec: document.spec })) !== null) return 'created';
    const there = await kubernetes.read({ apiVersion, kind, name });
    if (there === null) continue;
    if (there.metadata.deletionTimestamp !== undefined) throw new ConfigurationError(ending(name));
    const before = jobOf(there);
    const difference = differenceBetween(before, job);
    if (difference !== null) throw new ConfigurationError(another(name, kubernetes.namespace, difference));
    const { suspend } = before.spec;
    if (canonicalJson({ ...job.spec, suspend }) === canonicalJson(before.spec)) return 'attached';
    if ((await kubernetes.replace({ ...there, spec: { ...document.spec, suspend } })) !== null) return 'changed';
  }
  throw new ConfigurationError(`ScoringJob ${name}: others change it all the time`);
}

/** The same with no custom resource and no operator: the driver's Job, and the ConfigMap that it reads. */
export async function submitPlainJob(
  kubernetes: KubernetesApi,
  { document, job }: SubmittedJob,
  { settings, settingsConfigMap }: { settings: KubernetesSettings; settingsConfigMap: string },
): Promise<Submission> {
  const { name } = job.metadata;
  const ref = { apiVersion: 'batch/v1', kind: 'Job', name: kubernetesNames.driver(name) };
  const { apiVersion, kind } = scoringJobs;
  const { namespace: _namespace, ...metadata } = document.metadata;
  const [jobFile, driver] = driverObjects({
    job,
    jobYaml: `${JSON.stringify({ apiVersion, kind, metadata, spec: document.spec }, null, 2)}\n`,
    jobDigest: jobDigestOf(job),
    settings,
    settingsConfigMap,
    namespace: kubernetes.namespace,
    suspend: job.spec.suspend,
  });
  const there = await kubernetes.read(ref);
  if (there === null) {
    await kubernetes.apply(jobFile);
    if ((await kubernetes.create(driver)) !== null) return 'created';
  }
  const found = there ?? (await kubernetes.read(ref));
  if (found === null || found.metadata.deletionTimestamp !== undefined) throw new ConfigurationError(ending(name));
  const file = await kubernetes.read({ apiVersion: 'v1', kind: 'ConfigMap', name: jobFile.metadata.name });
  const difference = differenceTo(job, found, file);
  if (difference !== null) throw new ConfigurationError(another(name, kubernetes.namespace, difference));
  return 'attached';
}

const ending = (name: string): string => `${name} is being removed: submit it again when it is gone`;

const another = (name: string, namespace: string, difference: string): string =>
  `there is another job ${name} in ${namespace}; what differs, there -> here: ${difference}. Undo the change, or take another name and another output.`;

function jobOf({ apiVersion, kind, metadata, spec }: KubernetesObject): Job {
  const parsed = jobSchema.safeParse({ apiVersion, kind, metadata: { name: metadata.name }, spec });
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(`there is another job ${metadata.name}, which cannot be read: ${parsed.error.message}`);
}
