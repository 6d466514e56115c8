import { type JobStatus, type KubernetesObject, kubernetesAnnotations } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { decide } from '../index.ts';
import {
  type Fields,
  at,
  conditionOf,
  decided,
  driverOf,
  ended,
  endedAt,
  installation,
  resourceOf,
  said,
  stageJob,
  wantedOf,
} from './scoring-job.fixture.ts';

describe('a ScoringJob', () => {
  const started = '2025-12-31T23:00:00Z';
  const deadline = (driver: KubernetesObject, seconds: number, left = seconds): KubernetesObject => ({
    ...driver,
    metadata: {
      ...driver.metadata,
      annotations: { ...driver.metadata.annotations, [kubernetesAnnotations.deadline]: String(seconds) },
    },
    spec: { ...(driver.spec as Fields), activeDeadlineSeconds: left },
  });

  it('says when it became active and when it ended, as its driver does', () => {
    const resource = resourceOf();
    expect(decided(resource, { driver: driverOf(resource) }).status).not.toHaveProperty('startTime');
    const running = decided(resource, {
      driver: driverOf(resource, { status: { startTime: started }, annotation: {} }),
    });
    expect(running.status).toMatchObject({ startTime: started });
    expect(running.status).not.toHaveProperty('completionTime');
    const status = { startTime: started, ...ended('Complete') };
    const over = decided(resource, { driver: driverOf(resource, { status }) }).status;
    expect(over).toMatchObject({ startTime: started, completionTime: endedAt });
    // Its driver is cleared away.
    const later = { ...resource, status: over, metadata: { ...resource.metadata, generation: 1 } };
    expect(decided(later).state).toBe('finished');
    // A failed one starts again without a driver.
    const failed = { ...resource, status: { ...over, phase: 'Failed' } };
    const again = decided(failed).status;
    expect(again).not.toHaveProperty('startTime');
    expect(again).not.toHaveProperty('completionTime');
  });

  it('gives its deadline to the Job of its driver, and a changed one too, without recreating it', () => {
    const resource = resourceOf({ activeDeadlineSeconds: 600 });
    const decision = decide({ resource, driver: null, stages: [], pods: [] }, wantedOf(resource), installation, at);
    const [, applied] = decision.actions;
    expect(applied).toMatchObject({ object: { spec: { activeDeadlineSeconds: 600 } } });
    const driver = deadline(driverOf(resource, { status: { startTime: started }, annotation: {} }), 600);
    expect(decided(resource, { driver })).toMatchObject({ state: 'driven', actions: [] });
    expect(decided(resourceOf({ activeDeadlineSeconds: 900 }), { driver }).actions).toEqual([
      `patch one-driver {"metadata":{"annotations":{"${kubernetesAnnotations.deadline}":"900"}},"spec":{"activeDeadlineSeconds":900}}`,
    ]);
    expect(decided(resourceOf(), { driver }).actions).toEqual([
      `patch one-driver {"metadata":{"annotations":{"${kubernetesAnnotations.deadline}":null}},"spec":{"activeDeadlineSeconds":null}}`,
    ]);
  });

  it('has used some of its deadline when its driver is recreated, and all of it is left when it resumes', () => {
    // It became active an hour ago.
    const running = said({ startTime: started });
    const resource = resourceOf({ activeDeadlineSeconds: 4000 }, {}, running);
    const decision = decide({ resource, driver: null, stages: [], pods: [] }, wantedOf(resource), installation, at);
    const startedAt = { [kubernetesAnnotations.startedAt]: started };
    expect(decision.actions[1]).toMatchObject({
      object: { metadata: { annotations: startedAt }, spec: { activeDeadlineSeconds: 400 } },
    });
    expect(decision.status).toMatchObject({ startTime: started });

    // The new driver starts ten seconds later.
    const bare = driverOf(resource, { status: { startTime: '2026-01-01T00:00:10Z' }, annotation: {} });
    const annotations = { ...bare.metadata.annotations, ...startedAt };
    const driver = deadline({ ...bare, metadata: { ...bare.metadata, annotations } }, 4000, 400);
    const first = decided(resource, { driver });
    expect(first.actions).toEqual([expect.stringContaining('"spec":{"activeDeadlineSeconds":390}')]);
    expect(first.status?.startTime ?? started).toBe(started);
    expect(decided(resource, { driver: deadline(driver, 4000, 390) }).actions).toEqual([]);

    const asleep = deadline({ ...driver, spec: { suspend: true } }, 4000, 390);
    expect(decided(resource, { driver: asleep }).actions).toEqual([
      'patch one-driver {"spec":{"suspend":false}}',
      `patch one-driver {"metadata":{"annotations":{"${kubernetesAnnotations.startedAt}":null}}}`,
    ]);
  });

  it('has all of its deadline when it resumes and its driver was removed to suspend it', () => {
    const spec = { activeDeadlineSeconds: 4000 };
    const suspended = resourceOf({ ...spec, suspend: true }, {}, said({ startTime: started }));
    const { state, actions, status } = decided(suspended);
    expect({ state, actions }).toEqual({ state: 'suspended', actions: [] });
    expect(status).toMatchObject({ phase: 'Suspended', startTime: started });
    const resource = resourceOf(spec, {}, status as JobStatus);
    const decision = decide({ resource, driver: null, stages: [], pods: [] }, wantedOf(resource), installation, at);
    const [, applied] = decision.actions;
    expect(applied).toMatchObject({ object: { spec: { activeDeadlineSeconds: 4000 } } });
    expect(JSON.stringify(applied)).not.toContain(kubernetesAnnotations.startedAt);
    expect(decision.status).not.toHaveProperty('startTime');
  });

  it('that its deadline has ended fails, leaves no Jobs of stages, and starts again with another deadline', () => {
    const resource = resourceOf({ activeDeadlineSeconds: 600 });
    const condition = {
      type: 'Failed',
      status: 'True',
      reason: 'DeadlineExceeded',
      message: 'm',
      lastTransitionTime: at,
    };
    const status = { startTime: started, conditions: [condition] };
    const driver = deadline(driverOf(resource, { status, annotation: { phase: 'LimitReached' } }), 600);
    const over = decided(resource, { driver, stages: [stageJob('w', false)] });
    expect(over).toMatchObject({ state: 'finished', actions: ['remove w background'], status: { phase: 'Failed' } });
    expect(over.status?.message).toMatch(/longer than its deadline of 600 s .*what is labelled stays/);
    expect(conditionOf(over.status, 'Failed')).toMatchObject({ status: 'True', reason: 'DeadlineExceeded' });
    const longer = resourceOf({ activeDeadlineSeconds: 1200 });
    expect(decided(longer, { driver }).actions).toEqual(['remove one-driver foreground']);
    expect(decided(resourceOf(), { driver }).state).toBe('changed');
  });

  it.each(['Complete', 'Failed'])(
    'that ended with %s is deleted when its time has come, in the version that was seen',
    (type) => {
      const resource = resourceOf({ ttlSecondsAfterFinished: 60 }, { resourceVersion: '7' });
      const driver = driverOf(resource, { status: { startTime: started, ...ended(type) } });
      const { status } = decided(resource, { driver });
      const seen = { ...resource, status };
      const decisionAt = (time: string) =>
        decide({ resource: seen, driver, stages: [], pods: [] }, wantedOf(seen), installation, time);
      const actionsAt = (time: string) => decisionAt(time).actions;
      // Nobody could have seen the end before it was in the status.
      expect(decided(resource, { driver }).actions).toEqual([]);
      // It is looked at again just then.
      expect(decisionAt('2026-01-01T00:01:29Z')).toMatchObject({ actions: [], againAfterSeconds: 1 });
      expect(actionsAt('2026-01-01T00:01:30Z')).toEqual([
        {
          do: 'remove',
          ref: expect.objectContaining({ kind: 'ScoringJob', name: 'one' }),
          how: 'background',
          of: seen,
        },
      ]);
    },
  );
});
