/** Whether a job that exists is the one that is asked for. */
import {
  digestOf,
  type Job,
  jobSchema,
  type KubernetesObject,
  kubernetesAnnotations,
  parseTolerantly,
  sha256,
} from '@proofmill/contract';
import { changeOf, type JobChange, jobStateOf } from '@proofmill/kubernetes-objects';
import { differences, identityOf } from '@proofmill/plan';

/** The digest of the identity of a job: everything that decides its labels, and where they go. */
export const jobDigestOf = (job: Job): string => digestOf(identityOf(job));

/** Whether the digests on a driver are those of this very job. */
export function isDrivenAsIs(
  { job, jobYaml }: { readonly job: Job; readonly jobYaml: string },
  driver: KubernetesObject,
): boolean {
  const { jobDigest, jobFile } = jobStateOf(driver);
  return jobDigest === jobDigestOf(job) && jobFile === sha256(jobYaml);
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

/** What a job asks for that is not in the file of its driver. `jobFile` is the ConfigMap with it. */
export function changeSinceDriver(
  { job, jobYaml }: { readonly job: Job; readonly jobYaml: string },
  driver: KubernetesObject | null,
  jobFile: KubernetesObject | null,
): JobChange {
  const known = driver?.metadata.annotations?.[kubernetesAnnotations.jobFile];
  if (known === undefined || known === sha256(jobYaml)) return 'none';
  const before = jobFile && jobIn(jobFile);
  if (!before) return 'driver';
  const change = changeOf(before, job);
  // The file is the new one already, and the driver was not told of it.
  return change === 'none' && known !== sha256(textOf(jobFile)) ? 'in place' : change;
}

/** Where the identities of two jobs differ, each place as `name: before -> after`; null where they do not. */
export function differenceBetween(before: Job, after: Job): string | null {
  const places = differences(asJson(identityOf(before)), asJson(identityOf(after)));
  return places.length === 0 ? null : places.join('; ');
}

/** The value as JSON holds it, without what is undefined. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The job in the ConfigMap of a driver; null where it cannot be read. */
export function jobIn(jobFile: KubernetesObject): Job | null {
  try {
    const read = parseTolerantly(jobSchema, JSON.parse(textOf(jobFile)));
    return 'value' in read ? read.value : null;
  } catch {
    return null;
  }
}

const textOf = ({ data }: KubernetesObject): string =>
  (data as { 'job.yaml'?: string } | undefined)?.['job.yaml'] ?? '';
