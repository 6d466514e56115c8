import { type KubernetesObject, kubernetesAnnotations, sha256 } from '@proofmill/contract';
import { readScoringJob } from '@proofmill/kubernetes-objects';
import { expect, test } from 'vitest';
import { jobDigestOf } from '../job-difference.ts';
import { kubernetesInMemory } from '../kubernetes-in-memory.fixture.ts';
import { jobComparisons } from './job-comparisons.ts';
import { scoringJob } from './operator.fixture.ts';

function readOf(spec: object = {}) {
  const read = readScoringJob(scoringJob('one', 'here', spec));
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

/** A driver with the file of a job, and how often that file has been read. */
function scene(uid = 'uid-1') {
  const kubernetes = kubernetesInMemory();
  const { job, jobYaml } = readOf();
  const annotations = {
    [kubernetesAnnotations.jobFile]: sha256(jobYaml),
    [kubernetesAnnotations.jobDigest]: jobDigestOf(job),
  };
  const driver: KubernetesObject = {
    ...{ apiVersion: 'batch/v1', kind: 'Job' },
    metadata: { name: 'one-driver', uid, annotations },
  };
  kubernetes.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one-job' }, data: { 'job.yaml': jobYaml } });
  return { kubernetes, driver, comparisons: jobComparisons(), reads: () => kubernetes.requests.length };
}

test('a driver with the digests of its job costs no call', async () => {
  const { kubernetes, driver, comparisons, reads } = scene();
  expect(await comparisons.compare(kubernetes, readOf(), driver)).toMatchObject({ change: 'none', difference: null });
  expect(await comparisons.compare(kubernetes, readOf(), null)).toMatchObject({ change: 'none', difference: null });
  expect(reads()).toBe(0);
});

test('a default that is unknown here costs one call for each driver, and changes nothing', async () => {
  const { kubernetes, driver, comparisons, reads } = scene();
  for (let look = 0; look < 5; look += 1) {
    const compared = await comparisons.compare(kubernetes, readOf({ later: { on: false } }), driver);
    expect(compared).toMatchObject({ change: 'none', difference: null });
  }
  expect(reads()).toBe(1);
  await comparisons.compare(kubernetes, readOf({ later: { on: true } }), driver);
  expect(reads()).toBe(2);
  const next = { ...driver, metadata: { ...driver.metadata, uid: 'uid-2' } };
  await comparisons.compare(kubernetes, readOf({ later: { on: true } }), next);
  expect(reads()).toBe(3);
});

test('a refused change costs one call; one that is carried out is compared until it is', async () => {
  const { kubernetes, driver, comparisons, reads } = scene();
  const other = readOf({ output: { uri: 's3://b/elsewhere' } });
  for (let look = 0; look < 3; look += 1) {
    const { difference } = await comparisons.compare(kubernetes, other, driver);
    expect(difference).toContain('s3://b/elsewhere');
  }
  expect(reads()).toBe(1);
  for (let look = 0; look < 3; look += 1) {
    const { change } = await comparisons.compare(kubernetes, readOf({ workers: 4 }), driver);
    expect(change).toBe('in place');
  }
  expect(reads()).toBe(4);
});
