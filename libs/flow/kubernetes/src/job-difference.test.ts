import { type Job, jobSchema, type KubernetesObject, kubernetesAnnotations, sha256 } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { changeSinceDriver, differenceToDriver, isDrivenAsIs, jobDigestOf } from './job-difference.ts';

const fileOf = ({ model = 'm', workers = 1, more = {} }: { model?: string; workers?: number; more?: object } = {}) => ({
  ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'one' } },
  spec: {
    corpus: { uris: ['s3://b/pairs.jsonl'] },
    pipeline: [{ stage: 'label', judge: 'gram-r2', engine: { model }, fleet: { workers, ...more } }],
    output: { uri: 's3://b/out' },
  },
});
const jobOf = (file: object): Job => jobSchema.parse(file);
const readOf = (file: object) => ({ job: jobOf(file), jobYaml: JSON.stringify(file) });

/** A driver, and the ConfigMap with its file. A version with other defaults has another digest of the identity. */
function drivenBy(file: object, of: 'this version' | 'another version'): [KubernetesObject, KubernetesObject] {
  const annotations = {
    [kubernetesAnnotations.jobFile]: sha256(JSON.stringify(file)),
    [kubernetesAnnotations.jobDigest]: of === 'this version' ? jobDigestOf(jobOf(file)) : 'written-by-another-version',
  };
  return [
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'one-driver', annotations } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one-job' }, data: { 'job.yaml': JSON.stringify(file) } },
  ];
}

test('digests of this version decide by themselves', () => {
  const [driver] = drivenBy(fileOf(), 'this version');
  expect(isDrivenAsIs(readOf(fileOf()), driver)).toBe(true);
  expect(isDrivenAsIs(readOf(fileOf({ workers: 2 })), driver)).toBe(false);
  expect(isDrivenAsIs(readOf(fileOf({ model: 'other' })), driver)).toBe(false);
});

test('digests of another version decide nothing: the job file of the driver does', () => {
  // It holds a field that is unknown here, and lacks the defaults of this version.
  const [driver, file] = drivenBy(fileOf({ more: { later: 1 } }), 'another version');
  const same = readOf(fileOf());
  expect(isDrivenAsIs(same, driver)).toBe(false);
  expect([changeSinceDriver(same, driver, file), differenceToDriver(same.job, driver, file)]).toEqual(['none', null]);

  const wider = readOf(fileOf({ workers: 2 }));
  expect([changeSinceDriver(wider, driver, file), differenceToDriver(wider.job, driver, file)]).toEqual([
    'in place',
    null,
  ]);
  const other = readOf(fileOf({ model: 'other' }));
  expect(differenceToDriver(other.job, driver, file)).toContain('engine.model: "m" -> "other"');
});

test('what the operator carries out is no change for a driver', () => {
  const { spec, ...rest } = fileOf();
  const [driver, file] = drivenBy(fileOf(), 'this version');
  const bounded = { ...rest, spec: { ...spec, suspend: true, activeDeadlineSeconds: 60, ttlSecondsAfterFinished: 5 } };
  expect(changeSinceDriver(readOf(bounded), driver, file)).toBe('none');
});

test('without the job file only the fact of a difference is known', () => {
  const [driver] = drivenBy(fileOf(), 'another version');
  expect(changeSinceDriver(readOf(fileOf({ workers: 2 })), driver, null)).toBe('driver');
  expect(differenceToDriver(jobOf(fileOf()), driver, null)).toBe('it decides other labels, or puts them elsewhere');
});
