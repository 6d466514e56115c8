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
  readonly clock: Clock;
  /** Called with what keeps it from running, each time that changes. */
  readonly onTrouble: (sentence: string) => void;
  readonly stop: AbortSignal;
}

export type TrainingEnd =
  /** `versions`: what that container has printed; null where its pod is gone. */
  | { readonly ended: 'done'; readonly versions: string | null }
  | { readonly ended: 'failed'; readonly why: string }
  | { readonly ended: 'late' };

const longestVersions = 20_000;

/** Null when `stop` fires first: the training continues. */
export async function runTrainingJob(options: TrainingJobOptions): Promise<TrainingEnd | null> {
  const { kubernetes, job, clock, onTrouble, stop } = options;
  const { name } = job.metadata;
  const ofJob = { 'batch.kubernetes.io/job-name': name };
  const observed = [refOf(job), { ...kinds.pod, labels: ofJob }];
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
    const pods = await kubernetes.list(kinds.pod, ofJob);
    if (state.end === 'succeeded') return { ended: 'done', versions: await versionsIn(kubernetes, pods) };
    if (state.end === 'failed') return { ended: 'failed', why: trainingFailure(pods) ?? state.reason };
    if (pods.some(isRunning)) say('');
    else if (state.isSuspended) say(`${name} is suspended: it begins when whoever suspended it lets it`);
    else say(troubleOf(pods, await kubernetes.list(kinds.event))?.message ?? '');
    return undefined;
  });
}

async function versionsIn(kubernetes: KubernetesApi, pods: readonly KubernetesObject[]): Promise<string | null> {
  const done = pods.find((pod) => phaseOf(pod) === 'Succeeded');
  return done ? await kubernetes.logOf(done.metadata.name, versionsContainer, longestVersions) : null;
}

const decidedBy = ({ metadata }: KubernetesObject): string | undefined =>
  metadata.annotations?.[kubernetesAnnotations.template];
const isSameTraining = (one: KubernetesObject, other: KubernetesObject): boolean => decidedBy(one) === decidedBy(other);
const ownerOf = ({ metadata }: KubernetesObject): string | undefined => metadata.ownerReferences?.[0]?.uid;
const isSameOwner = (one: KubernetesObject, other: KubernetesObject): boolean => ownerOf(one) === ownerOf(other);

const phaseOf = ({ status }: KubernetesObject): string => (status as { phase?: string } | undefined)?.phase ?? '';
const isRunning = (pod: KubernetesObject): boolean => phaseOf(pod) === 'Running';
const isAlive = (pod: KubernetesObject): boolean => !['Succeeded', 'Failed'].includes(phaseOf(pod));
