/** How a ScoringJob begins and ends by its own fields: outputs, deadlines, times, deletion, events, what an earlier one left. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  applyDefinition,
  type Cluster,
  type JobObject,
  noCluster,
  type OutsideOperator,
  outsideOperator,
  smallJob,
  theCluster,
  until,
} from './kit/index.ts';

const slow = { timeout: 400_000 };

describe.skipIf(noCluster !== '')(`the bounds of a ScoringJob${noCluster && `: ${noCluster}`}`, () => {
  let cluster: Cluster;
  let operator: OutsideOperator;
  const kubectl = (...words: string[]) => operator.namespace.kubectl(words);
  const apply = (job: JobObject) => operator.namespace.kubectl(['apply', '-f', '-'], job);
  const patch = (name: string, change: object) =>
    kubectl('patch', 'scoringjob', name, '--type=merge', '-p', JSON.stringify(change));
  const failed = (name: string) => kubectl('wait', `scoringjob/${name}`, '--for=condition=Failed', '--timeout=120s');
  const reasonOf = async (name: string) =>
    (await operator.statusOf(name)).conditions.find(({ type }: { type: string }) => type === 'Failed')?.reason;
  const eventsOn = async (name: string): Promise<string[]> => {
    const selected = ['--field-selector', `involvedObject.kind=ScoringJob,involvedObject.name=${name}`];
    return (await kubectl('get', 'events', ...selected, '-o', 'jsonpath={.items[*].reason}')).split(' ');
  };

  beforeAll(async () => {
    cluster = await theCluster();
    await applyDefinition(cluster);
    operator = await outsideOperator(cluster, 'bounds');
    operator.start();
  }, 300_000);
  afterAll(() => operator?.[Symbol.asyncDispose](), 300_000);

  test('of two jobs with one output the second fails at once, and starts when the first is deleted', slow, async () => {
    await apply(smallJob('first', {}, 'shared'));
    await operator.driverOf('first');
    await apply(smallJob('second', {}, 'shared/'));
    await failed('second');
    expect(await reasonOf('second')).toBe('OutputTaken');
    expect((await operator.statusOf('second')).message).toContain('is that of the ScoringJob first');
    expect(await operator.get('job', 'second-driver')).toBeNull();
    await kubectl('delete', 'scoringjob', 'first', '--timeout=60s');
    await operator.driverOf('second');
    expect(await eventsOn('second')).toEqual(expect.arrayContaining(['OutputTaken']));
  });

  test('ends at its deadline, and starts again with another one', slow, async () => {
    await apply(smallJob('timed', { activeDeadlineSeconds: 5 }));
    const { metadata } = await operator.driverOf('timed');
    await failed('timed');
    const status = await operator.statusOf('timed');
    expect(status).toMatchObject({
      phase: 'Failed',
      startTime: expect.any(String),
      completionTime: expect.any(String),
    });
    expect(status.message).toContain('its deadline of 5 s');
    expect(await reasonOf('timed')).toBe('DeadlineExceeded');
    expect(await eventsOn('timed')).toEqual(expect.arrayContaining(['DeadlineExceeded']));
    await patch('timed', { spec: { activeDeadlineSeconds: 3600 } });
    const again = await until('another driver', async () => {
      const driver = await operator.driverOf('timed');
      return driver.metadata.uid !== metadata.uid && driver;
    });
    expect(again.spec.activeDeadlineSeconds).toBe(3600);
    // A change applies to the driver that runs.
    await patch('timed', { spec: { activeDeadlineSeconds: 7200 } });
    await until('its deadline is later', async () => {
      const driver = await operator.driverOf('timed');
      expect(driver.metadata.uid).toBe(again.metadata.uid);
      return driver.spec.activeDeadlineSeconds === 7200;
    });
  });

  test('has its whole deadline again when it resumes, as a Job does', slow, async () => {
    await apply(smallJob('paused', { activeDeadlineSeconds: 3600 }));
    const began = await until('it is active', async () => (await operator.statusOf('paused')).startTime);
    await patch('paused', { spec: { suspend: true } });
    await kubectl('wait', 'scoringjob/paused', '--for=condition=Suspended', '--timeout=60s');
    await patch('paused', { spec: { suspend: false } });
    await until('it is active again, from then', async () => {
      const { startTime } = await operator.statusOf('paused');
      return startTime > began;
    });
    expect(await eventsOn('paused')).toEqual(expect.arrayContaining(['Suspended', 'Resumed']));
  });

  test('is deleted some time after its end', slow, async () => {
    await apply(smallJob('short-lived', { activeDeadlineSeconds: 2, ttlSecondsAfterFinished: 3 }));
    await failed('short-lived');
    await until(
      'it is gone, and its driver too',
      async () => {
        const left = await Promise.all([
          operator.get('scoringjob', 'short-lived'),
          operator.get('job', 'short-lived-driver'),
        ]);
        return left.every((object) => object === null);
      },
      { withinMs: 120_000 },
    );
  });

  test('loses the finalizer of former versions, while it runs and while it is being deleted', slow, async () => {
    const job = smallJob('former');
    await apply({ ...job, metadata: { ...job.metadata, finalizers: ['proofmill.dev/cleanup'] } });
    await until('the finalizer is gone', async () => {
      const { metadata } = await operator.get('scoringjob', 'former');
      return metadata.finalizers === undefined;
    });
    const driver = await operator.driverOf('former');
    await patch('former', { metadata: { finalizers: ['proofmill.dev/cleanup'] } });
    await kubectl('delete', 'scoringjob', 'former', '--timeout=60s');
    await apply(job);
    // What the first one left is never taken for its own.
    await until(
      'a driver of its own',
      async () => (await operator.driverOf('former')).metadata.uid !== driver.metadata.uid,
    );
    expect((await operator.statusOf('former')).message).not.toContain('does not belong');
  });
});
