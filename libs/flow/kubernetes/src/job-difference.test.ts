import { type Job, jobSchema, type KubernetesObject, kubernetesAnnotations } from '@proofmill/contract';
import { driverDigest } from '@proofmill/kubernetes-objects';
import { expect, test } from 'vitest';
import { differenceToDriver, isChangedFor, isDrivenAsIs, jobDigestOf } from './job-difference.ts';

const fileOf = ({ model = 'm', workers = 1, more = {} }: { model?: string; workers?: number; more?: object } = {}) => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
  spec: {
    corpus: { uris: ['s3://b/pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model }, fleet: { workers, ...more } }],
    output: { uri: 's3://b/out' },
  },
});
const jobOf = (file: object): Job => jobSchema.parse(file);

/** A driver, and the ConfigMap with its file, as a version wrote them whose digests are `of` this one's or none of ours. */
function drivenBy(file: object, of: 'this version' | 'another version'): [KubernetesObject, KubernetesObject] {
  const isOurs = of === 'this version';
  const annotations = {
    [kubernetesAnnotations.jobFile]: isOurs ? driverDigest(jobOf(file)) : 'written-by-another-version',
    [kubernetesAnnotations.jobDigest]: isOurs ? jobDigestOf(jobOf(file)) : 'written-by-another-version',
  };
  return [
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'one-driver', annotations } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one-job' }, data: { 'job.yaml': JSON.stringify(file) } },
  ];
}

test('digests of this version decide by themselves', () => {
  const [driver] = drivenBy(fileOf(), 'this version');
  expect(isDrivenAsIs(jobOf(fileOf()), driver)).toBe(true);
  expect(isDrivenAsIs(jobOf(fileOf({ workers: 2 })), driver)).toBe(false);
  expect(isDrivenAsIs(jobOf(fileOf({ model: 'other' })), driver)).toBe(false);
});

test('digests of another version decide nothing: the job file of the driver does', () => {
  // It holds a field that is unknown here, and lacks the defaults of this version.
  const [driver, file] = drivenBy(fileOf({ more: { later: 1 } }), 'another version');
  const same = jobOf(fileOf());
  expect(isDrivenAsIs(same, driver)).toBe(false);
  expect([isChangedFor(same, driver, file), differenceToDriver(same, driver, file)]).toEqual([false, null]);

  const wider = jobOf(fileOf({ workers: 2 }));
  expect([isChangedFor(wider, driver, file), differenceToDriver(wider, driver, file)]).toEqual([true, null]);
  const other = jobOf(fileOf({ model: 'other' }));
  expect(differenceToDriver(other, driver, file)).toContain('engine.model: "m" -> "other"');
});

test('without the job file only the fact of a difference is known', () => {
  const [driver] = drivenBy(fileOf(), 'another version');
  expect(isChangedFor(jobOf(fileOf()), driver, null)).toBe(true);
  expect(differenceToDriver(jobOf(fileOf()), driver, null)).toBe('it decides other labels, or puts them elsewhere');
});
