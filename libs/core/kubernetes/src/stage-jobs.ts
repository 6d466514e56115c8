/** What has to be done about the Jobs of a stage that is under way, from what there is of them. */
import { type KubernetesObject, kubernetesAnnotations, kubernetesLabels } from '@proofmill/contract';
import { jobStateOf } from './job-state.ts';
import { queueLabels } from './workers.ts';

interface JobFields {
  readonly spec?: { readonly completions?: number; readonly parallelism?: number; readonly suspend?: boolean };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/**
 *   apply     it is not there, or has another width
 *   remove    another driver made it, or it was made for another template, or ended though the stage has not: it is made anew
 *             when it is gone
 *   resume    it is suspended, and that is not Kueue's doing
 *   failed    a pod said that trying again is of no use
 *   keep      it is as it should be, or is on its way out
 */
export type StageJobAction = 'apply' | 'remove' | 'resume' | 'failed' | 'keep';

export function stageJobAction(wanted: KubernetesObject, there: KubernetesObject | undefined): StageJobAction {
  if (there === undefined) return 'apply';
  const { isGoing, end, isSuspended } = jobStateOf(there);
  if (isGoing) return 'keep';
  if (!isSameOwner(wanted, there)) return 'remove';
  if (templateOf(there) !== templateOf(wanted)) return 'remove';
  if (end === 'failed' || isFailing(there)) return 'failed';
  if (end === 'succeeded') return 'remove';
  if (isSuspended) return isQueued(wanted) ? 'keep' : 'resume';
  return widthOf(there) === widthOf(wanted) ? 'keep' : 'apply';
}

const templateOf = ({ metadata }: KubernetesObject): string =>
  metadata.annotations?.[kubernetesAnnotations.template] ?? '';

/** Kueue may lower the parallelism, so the completions are what was wanted. */
const widthOf = (job: KubernetesObject): number | undefined => (job as JobFields).spec?.completions;

/** One that belongs to another object is on its way out with that, whoever else puts a name on it. */
export const isSameOwner = (wanted: KubernetesObject, there: KubernetesObject): boolean =>
  ownersOf(there).length === 0 || ownersOf(there).some((uid) => ownersOf(wanted).includes(uid));

const ownersOf = ({ metadata }: KubernetesObject): string[] => (metadata.ownerReferences ?? []).map(({ uid }) => uid);

/** Its controller has decided, and ends the other pods. */
const isFailing = (job: KubernetesObject): boolean =>
  (job as JobFields).status?.conditions?.some(({ type, status }) => type === 'FailureTarget' && status === 'True') ??
  false;

/** Whether Kueue decides when it runs. */
export const isQueued = ({ metadata }: KubernetesObject): boolean => Object.keys(queueLabels({ metadata })).length > 0;

export const stageOf = ({ metadata }: KubernetesObject): string | undefined =>
  metadata.labels?.[kubernetesLabels.stage];
