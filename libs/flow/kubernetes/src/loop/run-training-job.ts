/**
 * The Job of a training, from its creation to its end. Two pods never write one folder of weights:
 *
 *   it does not exist                   it is created, once no pod of an earlier one of its name is left
 *   it is being deleted                 it is waited for
 *   it is that of another loop file     it is removed with its pods, and created again: the trainer resumes from its checkpoints
 *   it has failed for an earlier loop   the same: whoever runs a loop again wants another attempt
 *   it runs                             it is attached to
 */
import type { Clock, KubernetesApi, KubernetesObject } from '@proofmill/contract';
import { kubernetesAnnotations } from '@proofmill/contract';
import { jobStateOf, kinds, refOf, trainingFailure, troubleOf, versionsContainer } from '@proofmill/kubernetes-objects';
import { untilDecided } from '../until-decided.ts';

export interface TrainingJobOptions {
  readonly kubernetes: KubernetesApi;
  /** The Job that is wanted. */
  readonly job: KubernetesObject;
  /** It has a container that prints versions. */
  readonly hasVersions: boolean;
  readonly clock: Clock;
  /** Called with what keeps it from running, each time that changes. */
  readonly onTrouble: (sentence: string) => void;
  readonly stop: AbortSignal;
}

export type TrainingEnd =
  /** `versions`: what that container has printed; null without one, and where its pod was gone before anybody looked. */
  | { readonly ended: 'done'; readonly versions: string | null }
  | { readonly ended: 'failed'; readonly why: string }
  | { readonly ended: 'late' };

const longestVersions = 20_000;

/** Null when `stop` fires first: the training continues. */
export async function runTrainingJob(options: TrainingJobOptions): Promise<TrainingEnd | null> {
  const { kubernetes, job, hasVersions, clock, onTrouble, stop } = options;
  const { name } = job.metadata;
  const ofJob = { 'batch.kubernetes.io/job-name': name };
  const observed = [refOf(job), { ...kinds.pod, labels: ofJob }];
  let versions: string | null = null;
  let said = '';
  const say = (sentence: string): void => {
    if (sentence !== said && sentence !== '') onTrouble(sentence);
    said = sentence;
  };
  return untilDecided<TrainingEnd>({ kubernetes, clock, observed, stop }, async () => {
    const existing = await kubernetes.read(refOf(job));
    if (existing === null) {
      const left = (await kubernetes.list(kinds.pod, ofJob)).filter(isAlive);
      if (left.length > 0) say(`waiting until the pod of an earlier ${name} is gone: it may still write`);
      else await kubernetes.create(job);
      return undefined;
    }
    const state = jobStateOf(existing);
    if (state.isGoing) return undefined;
    const isLate = state.end === 'failed' && state.isOverDeadline;
    if (isLate || !isSameTraining(existing, job) || (state.end === 'failed' && !isSameOwner(existing, job))) {
      await kubernetes.remove(refOf(job), 'foreground', existing);
      return isLate && isSameTraining(existing, job) && isSameOwner(existing, job) ? { ended: 'late' } : undefined;
    }
    const pods = (await kubernetes.list(kinds.pod, ofJob)).toSorted(byAge);
    const latest = pods.slice(-1);
    // While it trains, as the pod may be removed when it has.
    for (const { metadata } of hasVersions ? latest.filter(hasBegun) : [])
      versions ??= await kubernetes.logOf(metadata.name, versionsContainer, longestVersions);
    if (state.end === 'succeeded') return { ended: 'done', versions };
    if (state.end === 'failed') return { ended: 'failed', why: trainingFailure(pods) ?? state.reason };
    if (latest.some(isRunning)) say('');
    else if (state.isSuspended) say(`${name} is suspended: it begins when whoever suspended it lets it`);
    else say(troubleOf(latest, await kubernetes.list(kinds.event))?.message ?? '');
    return undefined;
  });
}

const decidedBy = ({ metadata }: KubernetesObject): string | undefined =>
  metadata.annotations?.[kubernetesAnnotations.template];
const isSameTraining = (one: KubernetesObject, other: KubernetesObject): boolean => decidedBy(one) === decidedBy(other);
const ownerOf = ({ metadata }: KubernetesObject): string | undefined => metadata.ownerReferences?.[0]?.uid;
const isSameOwner = (one: KubernetesObject, other: KubernetesObject): boolean => ownerOf(one) === ownerOf(other);

const phaseOf = ({ status }: KubernetesObject): string => (status as { phase?: string } | undefined)?.phase ?? '';
const hasBegun = (pod: KubernetesObject): boolean => ['Running', 'Succeeded'].includes(phaseOf(pod));
const createdAt = ({ metadata }: KubernetesObject): string => metadata.creationTimestamp ?? '';
const byAge = (one: KubernetesObject, other: KubernetesObject): number => (createdAt(one) < createdAt(other) ? -1 : 1);
const isRunning = (pod: KubernetesObject): boolean => phaseOf(pod) === 'Running';
const isAlive = (pod: KubernetesObject): boolean => !['Succeeded', 'Failed'].includes(phaseOf(pod));
