/** Whether a job that exists is the one that is asked for. */
import {
  digestOf,
  type Job,
  jobSchema,
  type KubernetesObject,
  kubernetesAnnotations,
  parseTolerantly,
} from '@proofmill/contract';
import { driverDigest } from '@proofmill/kubernetes-objects';
import { differences, identityOf } from '@proofmill/plan';

/** The digest of the identity of a job: everything that decides its labels, and where they go. */
export const jobDigestOf = (job: Job): string => digestOf(identityOf(job));

/**
 * Whether a driver was created for this very job, by the digests that it carries. Where it was not, its job file decides: the
 * driver may have been created by a version with other defaults, and digests of two versions cannot be compared.
 */
export function isDrivenAsIs(job: Job, { metadata: { annotations = {} } }: KubernetesObject): boolean {
  const { jobDigest, jobFile } = kubernetesAnnotations;
  return annotations[jobDigest] === jobDigestOf(job) && annotations[jobFile] === driverDigest(job);
}

/** Whether a driver has to be recreated for this job. `jobFile` is the ConfigMap with the driver's job file. */
export function isChangedFor(job: Job, driver: KubernetesObject, jobFile: KubernetesObject | null): boolean {
  const digest = driver.metadata.annotations?.[kubernetesAnnotations.jobFile];
  if (digest === undefined || digest === driverDigest(job)) return false;
  const existing = jobFile && jobIn(jobFile);
  return existing === null || driverDigest(existing) !== driverDigest(job);
}

/**
 * Where the identity of a job differs from that of the job that a driver runs; null where it does not, or there is no driver.
 * `jobFile` is the ConfigMap with the driver's job file; without it only the fact of a difference is known.
 */
export function differenceToDriver(
  job: Job,
  driver: KubernetesObject | null,
  jobFile: KubernetesObject | null,
): string | null {
  const digest = driver?.metadata.annotations?.[kubernetesAnnotations.jobDigest];
  if (digest === undefined || digest === jobDigestOf(job)) return null;
  const existing = jobFile && jobIn(jobFile);
  return existing ? differenceBetween(existing, job) : 'it decides other labels, or puts them elsewhere';
}

/** Where the identities of two jobs differ, each place as `name: before -> after`; null where they do not. */
export function differenceBetween(before: Job, after: Job): string | null {
  const places = differences(asJson(identityOf(before)), asJson(identityOf(after)));
  return places.length === 0 ? null : places.join('; ');
}

/** The value as JSON holds it, without what is undefined. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function jobIn({ data }: KubernetesObject): Job | null {
  const text = (data as { 'job.yaml'?: string } | undefined)?.['job.yaml'];
  try {
    const read = parseTolerantly(jobSchema, JSON.parse(text ?? ''));
    return 'value' in read ? read.value : null;
  } catch {
    return null;
  }
}
