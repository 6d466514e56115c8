/** The flags and sentences of the commands that run the roles of a job here. */
import type { Fleet } from '@proofmill/contract';
import { duration } from '@proofmill/coordinator';
import type { JobFile } from '@proofmill/job-files';
import { positiveInteger } from '@proofmill/runtime';
import { defaultWorkTimes } from '@proofmill/work';

export interface EngineTimeFlags {
  readonly engineWait?: number;
  readonly engineDown?: number;
}

export const engineWaitFlag = [
  '--engine-wait <seconds>',
  'how long to wait until an engine responds for the first time, instead of fleet.engineWaitSeconds',
  positiveInteger,
] as const;

export const engineDownFlag = [
  '--engine-down <seconds>',
  'how long to wait for an engine that no longer responds, instead of fleet.engineDownSeconds',
  positiveInteger,
] as const;

/** The job with the flags in the place of its own waits. */
export function withEngineTimes(jobFile: JobFile, { engineWait, engineDown }: EngineTimeFlags): JobFile {
  const given = {
    ...(engineWait === undefined ? {} : { engineWaitSeconds: engineWait }),
    ...(engineDown === undefined ? {} : { engineDownSeconds: engineDown }),
  };
  const { spec } = jobFile.job;
  const pipeline = spec.pipeline.map((stage) => ({ ...stage, fleet: { ...stage.fleet, ...given } }));
  return { ...jobFile, job: { ...jobFile.job, spec: { ...spec, pipeline } } };
}

/** How long the workers of a stage wait for their engine, in seconds. */
export const engineTimesOf = ({ engineWaitSeconds, engineDownSeconds }: Fleet) => ({
  engineWait: engineWaitSeconds ?? defaultWorkTimes.engineWaitMs / 1000,
  engineDown: engineDownSeconds ?? defaultWorkTimes.engineDownMs / 1000,
});

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
