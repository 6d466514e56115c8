/**
 * Which ScoringJobs of a namespace have an output that belongs to another one, from memory; and when such a job has to be looked at
 * again, as nothing about itself changes when the other one goes.
 */
import { canonicalJson, type JobStatus, type KubernetesObject } from '@proofmill/contract';
import { kinds, type OutputProblems, outputProblems, readStatus } from '@proofmill/kubernetes-objects';
import type { ObservedJobs } from './observed-jobs.ts';

export interface OutputWatch {
  /** The sentence that says why a ScoringJob must not begin. */
  problemOf(resource: KubernetesObject): string | undefined;
  /**
   * Takes an object of ours that was created, changed or removed. Returns the ScoringJobs that may have waited for it: one is gone, or
   * has another output.
   */
  changed(object: KubernetesObject): KubernetesObject[];
}

export function outputWatch({ resources, jobs, read }: Pick<ObservedJobs, 'resources' | 'jobs' | 'read'>): OutputWatch {
  /** By namespace. They are found out once for many jobs, until something changes that they depend on. */
  const problems = new Map<string, OutputProblems>();
  /** What they depend on of each ScoringJob, by its namespace and name. */
  const claims = new Map<string, string>();

  return {
    problemOf({ metadata: { namespace = '', name } }) {
      const known = problems.get(namespace) ?? outputProblems(resources(namespace), jobs(namespace));
      problems.set(namespace, known);
      return known.get(name);
    },
    changed({ kind, metadata: { namespace = '', name } }) {
      if (kind === kinds.job.kind) problems.delete(namespace);
      if (kind !== kinds.scoringJob.kind) return [];
      const key = `${namespace}/${name}`;
      const before = claims.get(key);
      const object = read(namespace, name);
      const now = object === null ? undefined : claimOf(object);
      if (before === now) return [];
      if (now === undefined) claims.delete(key);
      else claims.set(key, now);
      problems.delete(namespace);
      return before === undefined ? [] : resources(namespace).filter(isRefused);
    },
  };
}

/** With the uid, as another one of the same name may have come. */
function claimOf({ metadata, spec, status }: KubernetesObject): string {
  const { output } = (spec ?? {}) as { readonly output?: unknown };
  const { phase, stages = [] } = (status ?? {}) as Partial<JobStatus>;
  return canonicalJson([metadata.uid ?? '', output ?? null, phase === 'Succeeded', stages.length > 0]);
}

const isRefused = ({ status }: KubernetesObject): boolean =>
  readStatus(status)?.conditions.some(
    ({ type, status: value, reason }) => type === 'Failed' && value === 'True' && reason === 'OutputTaken',
  ) ?? false;
