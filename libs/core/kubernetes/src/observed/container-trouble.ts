/** What keeps one container from running. */
import { exitCodes } from '@proofmill/contract';
import type { ContainerStatus, Pod, Terminated } from './pod-fields.ts';
import { detail, lastSentence } from './sentence.ts';

export interface Finding {
  readonly reason: string;
  readonly message: string;
  /** Where pods have different troubles, the one with the lowest rank is reported. */
  readonly rank: number;
}

const imageReasons = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError'];
const configReasons = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'ContainerCannotRun',
  'StartError',
];

/** Exit codes that are no trouble of the pod: it is done, was stopped, or ends its Job with a sentence. */
export const harmlessExits: readonly number[] = [exitCodes.done, exitCodes.drained, exitCodes.configuration];

export function containerTrouble(pod: Pod, status: ContainerStatus): Finding | null {
  const { name, state = {} } = status;
  const { reason = '', message = '' } = state.waiting ?? {};
  if (imageReasons.includes(reason)) {
    const image = pod.containers.find((container) => container.name === name)?.image ?? status.image ?? '';
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
      message: `the container ${name} cannot be created (${reason})${detail(message)}`,
    };
  }
  return crashOf(pod, status);
}

function crashOf(pod: Pod, status: ContainerStatus): Finding | null {
  const { name, state = {}, lastState = {}, restartCount = 0, started = false } = status;
  const end = state.terminated && harmlessExits.includes(state.terminated.exitCode) ? undefined : state.terminated;
  const crash = lastState.terminated ?? end;
  if (!crash || (state.running && started)) return null;
  if (crash.reason === 'OOMKilled') return outOfMemory(pod, name);
  // A sidecar that restarts is in trouble until it is ready.
  if (restartCount === 0 && !end) return null;
  const times = restartCount === 1 ? 'once' : `${restartCount} times`;
  const restarts = restartCount > 0 ? `, and was restarted ${times}` : '';
  return {
    rank: 3,
    reason: 'CrashLoop',
    message: `${exitSentence(name, crash)}${restarts}${detail(lastSentence(crash.message))}`,
  };
}

export function outOfMemory({ containers }: Pod, name: string): Finding {
  const limit = containers.find((container) => container.name === name)?.resources?.limits?.memory;
  return {
    rank: 2,
    reason: 'OutOfMemory',
    message: `the container ${name} ran out of memory and was killed${limit === undefined ? '' : `: its limit is ${limit}`}`,
  };
}

export const exitSentence = (name: string, { exitCode, reason }: Terminated): string =>
  `the container ${name} ended with ${exitCode > 128 ? `signal ${exitCode - 128}` : `exit code ${exitCode}`}${
    reason === undefined || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`
  }`;

/** The runtime's message without the image, which our sentence names already. */
const withoutImage = (message: string, image: string): string =>
  message
    .replace(/^Back-off pulling image "[^"]*": */, '')
    .replaceAll(`image "${image}"`, 'it')
    .replaceAll(`"${image}"`, 'it');
