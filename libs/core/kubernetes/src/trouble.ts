/** What keeps the pods of a stage from running, in one sentence: what is otherwise found by `kubectl describe`. */
import { exitCodes, type KubernetesObject } from '@proofmill/contract';
import { type ContainerStatus, eventOf, type KubernetesEvent, type Pod, podOf, type Terminated } from './pod-fields.ts';
import { lastSentence, oneLine } from './sentence.ts';

export interface Trouble {
  /** One word in CamelCase. */
  readonly reason: string;
  /** Without a line break. */
  readonly message: string;
}

/** What is wrong with one pod. */
interface Finding extends Trouble {
  /** The lower one is told where pods have different troubles. */
  readonly rank: number;
}

/**
 * Null where nothing is known against the pods: they run, or are on their way. `pods` are those of one stage, `events` those of
 * the namespace. Of the pods that followed one another under a number, the last one counts.
 */
export function troubleOf(pods: readonly KubernetesObject[], events: readonly KubernetesObject[]): Trouble | null {
  const all = latest(pods.map(podOf).filter(({ isGoing }) => !isGoing));
  const told = events.map(eventOf).filter(({ isWarning }) => isWarning);
  const found = all.flatMap((pod) => {
    const finding = troubleOfPod(pod, told);
    return finding === null ? [] : [{ pod, finding }];
  });
  const [worst] = found.toSorted((one, other) => one.finding.rank - other.finding.rank);
  if (!worst) return notMade(all, told);
  const { reason, message } = worst.finding;
  const { component } = worst.pod;
  const alike = found.filter(({ pod, finding }) => pod.component === component && finding.reason === reason).length;
  const count = all.filter((pod) => pod.component === component).length;
  return { reason, message: `${alike} of ${count} ${component}s cannot run: ${message}` };
}

function latest(pods: readonly Pod[]): Pod[] {
  const last = new Map<string, Pod>();
  for (const pod of pods.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1))) {
    last.set(`${pod.component} ${pod.stage} ${pod.index || pod.name}`, pod);
  }
  return [...last.values()];
}

function troubleOfPod(pod: Pod, events: readonly KubernetesEvent[]): Finding | null {
  if (pod.phase === 'Succeeded') return null;
  if (pod.phase === 'Failed') return ended(pod);
  const unplaced = pod.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unplaced) {
    const [why = ''] = (unplaced.message ?? unplaced.reason ?? '').split(
      /\.? *(?:no new claims to deallocate, *)?preemption:/,
    );
    return { rank: 5, reason: 'Unschedulable', message: `no node has room for its pod: ${oneLine(why)}` };
  }
  for (const status of [...pod.init, ...pod.main]) {
    const finding = troubleOfContainer(pod, status);
    if (finding) return finding;
  }
  // With its volumes and its network, what events say of those is over.
  const isSetUp = pod.conditions.some(({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True');
  if (pod.phase !== 'Pending' || isSetUp) return null;
  const stuck = events.findLast(
    ({ uid, reason, message }) => uid === pod.uid && stuckReasons.includes(reason) && !passing.test(message),
  );
  return stuck ? { rank: 6, reason: stuck.reason, message: oneLine(stuck.message) } : null;
}

/** A node that has not heard yet of what was made a moment ago. */
const passing = /failed to sync \w+ cache/;

const stuckReasons = ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox', 'FailedBinding'];

const imageReasons = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError'];
const configReasons = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'ContainerCannotRun',
  'StartError',
];

function troubleOfContainer(pod: Pod, status: ContainerStatus): Finding | null {
  const { name, state = {}, lastState = {}, restartCount = 0, started = false } = status;
  const { reason = '', message = '' } = state.waiting ?? {};
  if (imageReasons.includes(reason)) {
    const image = pod.containers.find((one) => one.name === name)?.image ?? status.image ?? '';
    return {
      rank: 1,
      reason: 'ImagePull',
      message: `the image ${image} of the container ${name} cannot be pulled (${reason})${detail(withoutImage(message, image))}`,
    };
  }
  if (configReasons.includes(reason)) {
    return {
      rank: 0,
      reason: 'ConfigError',
      message: `the container ${name} cannot be made (${reason})${detail(message)}`,
    };
  }
  const end = state.terminated && untroubling.includes(state.terminated.exitCode) ? undefined : state.terminated;
  const crash = lastState.terminated ?? end;
  if (!crash || (state.running && started)) return null;
  if (crash.reason === 'OOMKilled') return outOfMemory(pod, name);
  // A sidecar that is starting again says nothing new until it is ready.
  if (restartCount > 0 || end) {
    const times = restartCount === 1 ? 'once' : `${restartCount} times`;
    const again = restartCount > 0 ? `, and was started again ${times}` : '';
    return {
      rank: 3,
      reason: 'CrashLoop',
      message: `${exitOf(name, crash)}${again}${detail(lastSentence(crash.message))}`,
    };
  }
  return null;
}

const untroubling: readonly number[] = [exitCodes.done, exitCodes.drained, exitCodes.configuration];

/** The pod failed, and its Job makes another one in a while. Sidecars may end as they like, so the container itself is asked first. */
function ended(pod: Pod): Finding | null {
  if (pod.conditions.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True')) return null;
  for (const { name, state } of [...pod.main, ...pod.init]) {
    const end = state?.terminated;
    // Told to end, it ended. By `configuration` it ends its Job, and so the driver, which says why.
    if (!end || untroubling.includes(end.exitCode)) continue;
    if (end.reason === 'OOMKilled') return outOfMemory(pod, name);
    return { rank: 4, reason: 'Exited', message: `${exitOf(name, end)}${detail(lastSentence(end.message))}` };
  }
  return pod.message === '' ? null : { rank: 4, reason: 'PodFailed', message: oneLine(pod.message) };
}

function outOfMemory({ containers }: Pod, name: string): Finding {
  const limit = containers.find((one) => one.name === name)?.resources?.limits?.memory;
  const most = limit === undefined ? '' : `: its limit is ${limit}`;
  return {
    rank: 2,
    reason: 'OutOfMemory',
    message: `the container ${name} was killed, as it was out of memory${most}`,
  };
}

const exitOf = (name: string, { exitCode, reason }: Terminated): string =>
  `the container ${name} ended with ${exitCode > 128 ? `signal ${exitCode - 128}` : `exit code ${exitCode}`}${
    reason === undefined || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`
  }`;

const detail = (text: string): string => (text === '' ? '' : `: ${oneLine(text)}`);

/** The image is named already, and the runtime names it several times. */
const withoutImage = (message: string, image: string): string =>
  message
    .replace(/^Back-off pulling image "[^"]*": */, '')
    .replaceAll(`image "${image}"`, 'it')
    .replaceAll(`"${image}"`, 'it');

/** The API server refuses to make pods at all: no ServiceAccount, a quota, the namespace's Pod Security. */
function notMade(pods: readonly Pod[], events: readonly KubernetesEvent[]): Trouble | null {
  const refused = events.findLast(({ kind, reason }) => kind === 'Job' && reason === 'FailedCreate');
  if (!refused || pods.some(({ createdAt }) => createdAt > refused.at)) return null;
  return { reason: 'FailedCreate', message: `no pods are made for ${refused.name}: ${oneLine(refused.message)}` };
}

/** The last sentence of the pod that ended its Job for good, by its exit code; null where there is none. */
export function finalSentence(pods: readonly KubernetesObject[], exitCodes: readonly number[]): string | null {
  for (const pod of pods.map(podOf)) {
    for (const { name, state } of pod.main) {
      const end = state?.terminated;
      if (!end || !exitCodes.includes(end.exitCode)) continue;
      return lastSentence(end.message) || exitOf(name, end);
    }
  }
  return null;
}
