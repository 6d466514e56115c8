import type { Fleet, Job } from '@proofmill/contract';
import type { JobFile } from '@proofmill/job-files';
import { expect, test } from 'vitest';
import { engineTimesOf, withEngineTimes } from './flags.ts';

const jobFileOf = (...fleets: object[]): JobFile => {
  const pipeline = fleets.map((fleet, index) => ({ name: `stage-${index}`, fleet: fleet as Fleet }));
  return { job: { spec: { pipeline } } as unknown as Job, baseDir: '' } as JobFile;
};

const timesOf = ({ job }: JobFile) => job.spec.pipeline.map(({ fleet }) => engineTimesOf(fleet));

test('each stage waits for its engine as long as its fleet says, and a minute and 20 minutes by default', () => {
  expect(timesOf(jobFileOf({}, { engineWaitSeconds: 7 }, { engineDownSeconds: 9 }))).toEqual([
    { engineWait: 60, engineDown: 1200 },
    { engineWait: 7, engineDown: 1200 },
    { engineWait: 60, engineDown: 9 },
  ]);
});

test('flags count instead of what the fleets say, each for its own wait', () => {
  const jobFile = jobFileOf({ engineWaitSeconds: 7, engineDownSeconds: 9 }, {});
  expect(timesOf(withEngineTimes(jobFile, { engineWait: 3 }))).toEqual([
    { engineWait: 3, engineDown: 9 },
    { engineWait: 3, engineDown: 1200 },
  ]);
  expect(timesOf(withEngineTimes(jobFile, { engineDown: 2 })).map(({ engineDown }) => engineDown)).toEqual([2, 2]);
  expect(withEngineTimes(jobFile, {}).job).toEqual(jobFile.job);
});
