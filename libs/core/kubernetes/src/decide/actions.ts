/** What a loop does to objects. Every action can be repeated without harm. */
import { type KubernetesObject, kubernetesAnnotations, type ObjectRef, sha256 } from '@proofmill/contract';
import { refOf } from '../objects/kinds.ts';
import { isQueued } from '../objects/queue.ts';
import { jobStateOf } from '../observed/job-state.ts';

export type Action =
  | { readonly do: 'apply'; readonly object: KubernetesObject }
  | { readonly do: 'patch'; readonly ref: ObjectRef; readonly change: object }
  | {
      readonly do: 'remove';
      readonly ref: ObjectRef;
      readonly how: 'background' | 'foreground';
      /** Only this version of it: another may have reasons to stay. Default: any. */
      readonly of?: KubernetesObject;
    };

/** Removes the objects that are not being removed already. */
export const removal = (objects: readonly KubernetesObject[], how: 'background' | 'foreground'): Action[] =>
  objects
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((object) => ({ do: 'remove', ref: refOf(object), how }));

export const setSuspended = (job: KubernetesObject, suspend: boolean): Action => ({
  do: 'patch',
  ref: refOf(job),
  change: { spec: { suspend } },
});

/** Tells a driver of another job file, which is in its ConfigMap. */
export const tellDriver = (driver: KubernetesObject, jobYaml: string): Action => ({
  do: 'patch',
  ref: refOf(driver),
  change: { metadata: { annotations: { [kubernetesAnnotations.jobFile]: sha256(jobYaml) } } },
});

/**
 * Suspends or resumes the Jobs of stages that have not ended. A Job in a queue of Kueue is Kueue's to suspend: it is removed,
 * and the driver creates it again when it resumes.
 */
export function stageSuspension(stageJobs: readonly KubernetesObject[], suspend: boolean): Action[] {
  const unfinished = stageJobs.filter((job) => {
    const { end, isGoing } = jobStateOf(job);
    return end === null && !isGoing;
  });
  const ours = unfinished.filter((job) => !isQueued(job) && jobStateOf(job).isSuspended !== suspend);
  return [
    ...(suspend ? removal(unfinished.filter(isQueued), 'background') : []),
    ...ours.map((job) => setSuspended(job, suspend)),
  ];
}
