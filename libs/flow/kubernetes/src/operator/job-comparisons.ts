/**
 * How ScoringJobs differ from what their drivers run. Digests on the driver say that it runs this very file. Where they are others, the
 * file in its ConfigMap decides: an earlier or a later version may have written it, or the API server has added a default. That it is
 * the same job all the same is remembered, so such a driver costs one call, and not one at each look.
 */
import { type KubernetesApi, type KubernetesObject, kubernetesNames, sha256 } from '@proofmill/contract';
import { jobStateOf, kinds, type ReadScoringJob, type WantedJob } from '@proofmill/kubernetes-objects';
import { changeSinceDriver, differenceToDriver, isDrivenAsIs, jobDigestOf } from '../job-difference.ts';

type Comparison = Pick<WantedJob, 'difference' | 'change'>;

export interface JobComparisons {
  /** `driver` is null where there is none. */
  compare(kubernetes: KubernetesApi, job: ReadScoringJob, driver: KubernetesObject | null): Promise<WantedJob>;
  /** The ScoringJob exists no longer. */
  forget(namespace: string, name: string): void;
}

const same: Comparison = { difference: null, change: 'none' };

export function jobComparisons(): JobComparisons {
  /** The last one of each ScoringJob after which nothing is done to its driver. */
  const remembered = new Map<string, { readonly of: string; readonly comparison: Comparison }>();
  const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

  return {
    async compare(kubernetes, readJob, driver) {
      const jobDigest = jobDigestOf(readJob.job);
      if (driver === null || isDrivenAsIs(readJob, driver)) return { ...readJob, jobDigest, ...same };
      const { name } = readJob.job.metadata;
      const key = keyOf(kubernetes.namespace, name);
      const state = jobStateOf(driver);
      const of = [driver.metadata.uid, state.jobDigest, state.jobFile, jobDigest, sha256(readJob.jobYaml)].join(' ');
      const known = remembered.get(key);
      if (known?.of === of) return { ...readJob, jobDigest, ...known.comparison };
      const jobFile = await kubernetes.read({ ...kinds.configMap, name: kubernetesNames.jobFile(name) });
      const difference = differenceToDriver(readJob.job, driver, jobFile);
      const change = changeSinceDriver(readJob, driver, jobFile);
      const comparison = { difference, change };
      if (jobFile !== null && (difference !== null || change === 'none')) remembered.set(key, { of, comparison });
      return { ...readJob, jobDigest, ...comparison };
    },
    forget: (namespace, name) => void remembered.delete(keyOf(namespace, name)),
  };
}
