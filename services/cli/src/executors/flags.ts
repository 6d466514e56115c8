/** The flags and sentences of the commands that run the roles of a job here. */
import { duration } from '@proofmill/coordinator';
import { positiveInteger } from '@proofmill/runtime';
import { defaultWorkTimes } from '@proofmill/work';

export const engineWaitFlag = [
  '--engine-wait <seconds>',
  'how long to wait until an engine responds for the first time (executors local and nats)',
  positiveInteger,
  defaultWorkTimes.engineWaitMs / 1000,
] as const;

/** As long as a long answer of a busy engine takes. */
const defaultGraceSeconds = 120;

export const graceFlag = [
  '--grace <seconds>',
  'how long requests in flight may take after Ctrl-C or SIGTERM',
  positiveInteger,
  defaultGraceSeconds,
] as const;

/** What is said when Ctrl-C or SIGTERM arrives. */
export const stoppingSentence = (graceSeconds: number): string =>
  `stopping: nothing more is asked; answers on their way have ${duration(graceSeconds)} to come (Ctrl-C again stops at once)`;
