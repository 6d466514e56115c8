import { type Job, type KubernetesApi, kubernetesNames, podPaths, type StageFile } from '@proofmill/contract';
import { kinds } from '@proofmill/kubernetes-objects';

const key = podPaths.spare.slice(podPaths.spare.lastIndexOf('/') + 1);

/**
 * Tells the workers of a stage that nothing is left to take: a key in the ConfigMap that they read stage.json from, which becomes a
 * file in their pods within a minute or two. Only the driver writes there, so no message of a worker can send the others home.
 */
interface SpareMark {
  mark(stage: StageFile, areSpare: boolean): Promise<void>;
}

/** The first call for a stage takes away what an earlier driver may have left. */
export function spareMark(kubernetes: KubernetesApi, job: Job): SpareMark {
  let marked = '';
  return {
    async mark({ run, definition }, areSpare) {
      const wanted = `${run} ${areSpare}`;
      if (marked === wanted) return;
      const name = kubernetesNames.stageFile(job.metadata.name, definition.name);
      await kubernetes.patch({ ...kinds.configMap, name }, { data: { [key]: areSpare ? '' : null } });
      marked = wanted;
    },
  };
}
