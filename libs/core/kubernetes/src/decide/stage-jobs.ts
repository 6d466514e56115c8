/** What to do about the Jobs of stages, decided from what exists of them. */
import { type KubernetesObject, kubernetesAnnotations, kubernetesLabels } from '@proofmill/contract';
import { isPartlyAdmissible, isQueued } from '../objects/queue.ts';
import { jobStateOf } from '../observed/job-state.ts';
import { type Action, removal } from './actions.ts';
import { groupStateOf, isGroup } from './group.ts';

/**
 *   apply     it does not exist, or has another width
 *   remove    an earlier driver created it, or it has another template, or it succeeded though its stage is not complete, or it
 *             is a group that has died, or it has another width and Kueue refuses to change that: it is created again when it is
 *             gone
 *   resume    it is suspended, and not in a queue of Kueue
 *   failed    a pod exited with a code for which trying again is pointless
 *   keep      it is as it should be, or is being removed; or a group that has died a moment after it was made; or all of its
 *             workers have left, as nothing is left for any of them
 */
export type StageJobAction = 'apply' | 'remove' | 'resume' | 'failed' | 'keep';

/** What exists around a Job. */
export interface Surroundings {
  /** The pods of the job. */
  readonly pods: readonly KubernetesObject[];
  /** A group that was made after this moment (RFC 3339, UTC) is young. */
  readonly youngSince: string;
  /** It is one of workers, and nothing is left for them to take. */
  readonly mayHaveLeft: boolean;
}

/** What to do about a Job of the stage under way. */
export function stageJobAction(
  wanted: KubernetesObject,
  existing: KubernetesObject | undefined,
  { pods, youngSince, mayHaveLeft }: Surroundings,
): StageJobAction {
  if (existing === undefined) return 'apply';
  const { isGoing, end, isFailing, isSuspended } = jobStateOf(existing);
  if (isGoing) return 'keep';
  if (!isSameOwner(wanted, existing)) return 'remove';
  if (templateOf(existing) !== templateOf(wanted)) return 'remove';
  if (end === 'succeeded') return mayHaveLeft ? 'keep' : 'remove';
  if (isGroup(existing)) {
    const group = groupStateOf(existing, pods, youngSince);
    if (group !== 'alive') return ({ dead: 'remove', young: 'keep', hopeless: 'failed' } as const)[group];
  }
  if (isFailing) return 'failed';
  // Ahead of resuming, so that no pod starts that is not wanted any more.
  if (widthOf(existing) !== widthOf(wanted))
    return isQueued(existing) && !isSuspended && isPartlyAdmissible(existing) ? 'remove' : 'apply';
  return isSuspended && !isQueued(existing) ? 'resume' : 'keep';
}

/**
 * What to do about the Job that fills a claim with weights.
 *
 *   ready    it has succeeded: the workers can start
 *   wait     it runs, or is being removed
 *   failed   its pod exited with a code for which trying again is pointless
 */
export function weightsAction(
  wanted: KubernetesObject,
  existing: KubernetesObject | undefined,
): 'apply' | 'remove' | 'resume' | 'ready' | 'wait' | 'failed' {
  if (existing === undefined) return 'apply';
  const { isGoing, end, isFailing, isSuspended } = jobStateOf(existing);
  if (isGoing) return 'wait';
  if (!isSameOwner(wanted, existing) || templateOf(existing) !== templateOf(wanted)) return 'remove';
  if (isFailing) return 'failed';
  if (end === 'succeeded') return 'ready';
  return isSuspended ? 'resume' : 'wait';
}

/** Removes the Jobs of workers of a stage that a change of its fleet has left: of another number of nodes, or of groups too many. */
export const surplus = (jobs: readonly KubernetesObject[], wanted: readonly KubernetesObject[]): Action[] =>
  removal(
    jobs.filter(
      (job) =>
        wanted.some((other) => isOfSameRole(job, other)) &&
        !wanted.some(({ metadata }) => metadata.name === job.metadata.name),
    ),
    'foreground',
  );

const isOfSameRole = (one: KubernetesObject, other: KubernetesObject): boolean =>
  [kubernetesLabels.component, kubernetesLabels.stage].every(
    (label) => one.metadata.labels?.[label] === other.metadata.labels?.[label],
  );

/**
 * Removes Jobs of stages that are not under way. Their pods end by themselves when they see that the stage is complete: a Job
 * that has not ended is removed only when `isOverdue` is true of it.
 */
export const retirement = (
  jobs: readonly KubernetesObject[],
  isOverdue: (job: KubernetesObject) => boolean,
): Action[] =>
  removal(
    jobs.filter((job) => jobStateOf(job).end !== null || isOverdue(job)),
    'background',
  );

/** Removes the Jobs of a job that has ended. Where it did not succeed, a failed Job stays: its pods hold the logs. */
export const clearance = (jobs: readonly KubernetesObject[], isDone: boolean): Action[] =>
  removal(
    jobs.filter((job) => isDone || jobStateOf(job).end !== 'failed'),
    'background',
  );

const templateOf = ({ metadata }: KubernetesObject): string =>
  metadata.annotations?.[kubernetesAnnotations.template] ?? '';

const widthOf = ({ metadata }: KubernetesObject): string => metadata.annotations?.[kubernetesAnnotations.width] ?? '';

/** An object of another owner is removed together with that owner, even if it is applied again meanwhile. */
export const isSameOwner = (wanted: KubernetesObject, existing: KubernetesObject): boolean =>
  ownersOf(existing).length === 0 || ownersOf(existing).some((uid) => ownersOf(wanted).includes(uid));

const ownersOf = ({ metadata }: KubernetesObject): string[] => (metadata.ownerReferences ?? []).map(({ uid }) => uid);
