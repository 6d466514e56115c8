import { digestOf, type Job, jobSchema, type KubernetesObject, kubernetesAnnotations } from '@proofmill/contract';
import { readScoringJob, type WantedJob } from '@proofmill/kubernetes-objects';
import { differences, identityOf } from '@proofmill/plan';

/** What decides the labels of a job and where they go, as one value. */
export const jobDigestOf = (job: Job): string => digestOf(identityOf(job));

/**
 * What a ScoringJob wants, or why it cannot be read. `driver` is the Job that is there for it, `jobFile` the ConfigMap with the
 * file that it reads: they say of which job the output folder is.
 */
export function wantedJob(
  resource: KubernetesObject,
  driver: KubernetesObject | null,
  jobFile: KubernetesObject | null,
): WantedJob | { readonly problem: string } {
  const read = readScoringJob(resource);
  if ('problem' in read) return read;
  return { ...read, jobDigest: jobDigestOf(read.job), difference: differenceTo(read.job, driver, jobFile) };
}

/** Where the identity of a job differs from that of the one that runs under its name; null where it is the same, or none runs. */
export function differenceTo(
  job: Job,
  driver: KubernetesObject | null,
  jobFile: KubernetesObject | null,
): string | null {
  const digest = driver?.metadata.annotations?.[kubernetesAnnotations.jobDigest];
  if (digest === undefined || digest === jobDigestOf(job)) return null;
  const before = jobFile && jobOfFile(jobFile);
  const places = before ? differenceBetween(before, job) : null;
  return places ?? 'it decides other labels, or puts them elsewhere';
}

/** What differs, there -> here; null where both have the same identity. */
export function differenceBetween(before: Job, after: Job): string | null {
  const places = differences(plain(identityOf(before)), plain(identityOf(after)));
  return places.length === 0 ? null : places.join('; ');
}

/** As JSON has it: what is undefined is not there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The job in a ConfigMap that we made. */
function jobOfFile({ data }: KubernetesObject): Job | null {
  const text = (data as { 'job.yaml'?: string } | undefined)?.['job.yaml'];
  try {
    const parsed = jobSchema.safeParse(JSON.parse(text ?? ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
