/** Submits a job as a ScoringJob: however often it is submitted, it runs once. */
import {
  ConfigurationError,
  canonicalJson,
  type Job,
  jobSchema,
  type KubernetesApi,
  type KubernetesObject,
  parseTolerantly,
} from '@proofmill/contract';
import { kinds } from '@proofmill/kubernetes-objects';
import { differenceBetween } from '../job-difference.ts';
import { beingRemoved, nameTaken, type Submission, type SubmittedJob } from './submission.ts';

/** How often another writer may come between reading and writing. */
const maxTries = 5;

/**
 * Creates the ScoringJob, or attaches to the one that exists. ConfigurationError, with the difference, where that decides other
 * labels. An existing job stays suspended or running as it is, and as wide as it was scaled, unless the file has `workers`.
 */
export async function submitScoringJob(kubernetes: KubernetesApi, submitted: SubmittedJob): Promise<Submission> {
  const { document, job } = submitted;
  const { name } = job.metadata;
  const metadata = { ...document.metadata, namespace: kubernetes.namespace };
  const wanted = { ...kinds.scoringJob, metadata, spec: document.spec };
  for (let tries = 0; tries < maxTries; tries += 1) {
    if ((await kubernetes.create(wanted)) !== null) return 'created';
    const existing = await kubernetes.read({ ...kinds.scoringJob, name });
    if (existing === null) continue;
    const replacement = replacementOf(existing, submitted, kubernetes.namespace);
    if (replacement === null) return 'attached';
    if ((await kubernetes.replace(replacement)) !== null) return 'changed';
  }
  throw new ConfigurationError(`ScoringJob ${name}: other writers keep changing it`);
}

/** The existing ScoringJob with what was submitted; null where it is the same. ConfigurationError where it must not be replaced. */
function replacementOf(
  existing: KubernetesObject,
  { document, job }: SubmittedJob,
  namespace: string,
): KubernetesObject | null {
  const { name } = job.metadata;
  if (existing.metadata.deletionTimestamp !== undefined) throw new ConfigurationError(beingRemoved(name));
  const before = jobIn(existing);
  const difference = differenceBetween(before, job);
  if (difference !== null) throw new ConfigurationError(nameTaken(name, namespace, difference));
  const { suspend } = before.spec;
  const workers = job.spec.workers === 0 ? before.spec.workers : job.spec.workers;
  const isSame = canonicalJson({ ...job.spec, suspend, workers }) === canonicalJson(before.spec);
  return isSame ? null : { ...existing, spec: { ...document.spec, suspend, workers } };
}

function jobIn({ apiVersion, kind, metadata, spec }: KubernetesObject): Job {
  const read = parseTolerantly(jobSchema, { apiVersion, kind, metadata: { name: metadata.name }, spec });
  if ('value' in read) return read.value;
  const [issue] = read.issues;
  throw new ConfigurationError(
    `there is another job ${metadata.name}, which cannot be read: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}
