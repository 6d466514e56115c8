/** What keeps one pod from running. */
import { containerTrouble, exitSentence, type Finding, harmlessExits, outOfMemory } from './container-trouble.ts';
import type { KubernetesEvent, Pod } from './pod-fields.ts';
import { detail, lastSentence, oneLine } from './sentence.ts';

export function troubleOfPod(pod: Pod, events: readonly KubernetesEvent[]): Finding | null {
  if (pod.phase === 'Succeeded') return null;
  if (pod.phase === 'Failed') return failedPod(pod);
  const unscheduled = unschedulable(pod);
  if (unscheduled) return unscheduled;
  for (const status of [...pod.init, ...pod.main]) {
    const finding = containerTrouble(pod, status);
    if (finding) return finding;
  }
  return failedSetUp(pod, events);
}

function unschedulable({ conditions }: Pod): Finding | null {
  const condition = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!condition) return null;
  const [why = ''] = (condition.message ?? condition.reason ?? '').split(
    /\.? *(?:no new claims to deallocate, *)?preemption:/,
  );
  return { rank: 5, reason: 'Unschedulable', message: `no node has room for its pod: ${oneLine(why)}` };
}

const setUpReasons = ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox', 'FailedBinding'];

/** A warning that passes: the node has not yet heard of an object that was created a moment ago. */
const passing = /failed to sync \w+ cache/;

/** Volumes or network that could not be set up: only events report it. Once both are ready, older events no longer count. */
function failedSetUp(pod: Pod, events: readonly KubernetesEvent[]): Finding | null {
  const isSetUp = pod.conditions.some(({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True');
  if (pod.phase !== 'Pending' || isSetUp) return null;
  const event = events.findLast(
    ({ uid, reason, message }) => uid === pod.uid && setUpReasons.includes(reason) && !passing.test(message),
  );
  return event ? { rank: 6, reason: event.reason, message: oneLine(event.message) } : null;
}

/** The pod failed, and its Job creates another after a pause. The role comes first, as a sidecar may exit with any code. */
function failedPod(pod: Pod): Finding | null {
  if (pod.conditions.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True')) return null;
  for (const { name, state } of [...pod.main, ...pod.init]) {
    const end = state?.terminated;
    // A configuration error ends the Job and then the driver, which reports the sentence itself.
    if (!end || harmlessExits.includes(end.exitCode)) continue;
    if (end.reason === 'OOMKilled') return outOfMemory(pod, name);
    return { rank: 4, reason: 'Exited', message: `${exitSentence(name, end)}${detail(lastSentence(end.message))}` };
  }
  return pod.message === '' ? null : { rank: 4, reason: 'PodFailed', message: oneLine(pod.message) };
}
