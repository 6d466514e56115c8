import type { JobStatus } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { conditionOf, decided, driverOf, resourceOf, said, wantedOf } from './scoring-job.fixture.ts';

describe('a ScoringJob', () => {
  it('of a later version runs without the fields that are unknown here, and says so once', () => {
    const engine = { model: 'm', later: 1 };
    const pipeline = [{ stage: 'label', judge: 'gram-r2', engine }];
    const resource = resourceOf({ pipeline });
    const wanted = wantedOf(resource);
    expect(wanted.unknown).toEqual(['spec.pipeline[0].engine.later']);
    // Its driver may know them.
    expect(JSON.parse(wanted.jobYaml)).toMatchObject({ spec: { pipeline } });
    const message = ' (ignored, as this version of Proofmill does not know it: spec.pipeline[0].engine.later)';
    const created = decided(resource);
    expect(created).toMatchObject({ state: 'new', status: { message: `the driver is being created${message}` } });
    const driver = driverOf(resource, { annotation: {} });
    expect(decided(resource, { driver }).status?.message).toBe(`labelling${message}`);
    // The next turn finds it as it should be.
    const stored = { ...resource, status: created.status };
    expect(decided(stored).status).toBeNull();
    expect(decided(stored, { driver: driverOf(resource) }).status?.message ?? created.status?.message).toBe(
      created.status?.message,
    );
  });

  it('of a later version is read from a status with fields that are unknown here', () => {
    const resource = resourceOf();
    const later = { later: true, conditions: [] } as Partial<JobStatus>;
    const driver = driverOf(resource, { annotation: later });
    expect(decided(resource, { driver }).status).toMatchObject({ phase: 'Running', done: 5 });
  });

  it('of a later version keeps a phase and conditions that are unknown here, and nothing else of its status is lost', () => {
    const later = {
      type: 'Later',
      status: 'Maybe',
      reason: 'R',
      message: 'm',
      lastTransitionTime: '2020-01-01T00:00:00Z',
    };
    const stored = said({
      phase: 'Warming',
      conditions: [later],
      stages: [null as never],
      etaSeconds: 'soon' as never,
    });
    const { status } = decided(resourceOf({}, {}, stored), {
      driver: driverOf(resourceOf(), { annotation: { phase: 'Warming' } }),
    });
    expect(status).toMatchObject({ phase: 'Warming', done: 5, output: 's3://b/out' });
    expect(conditionOf(status, 'Later')).toEqual(later);
    // Without a driver's report, what is stored counts.
    const alone = decided(resourceOf({ suspend: true }, {}, stored)).status;
    expect(alone).toMatchObject({ phase: 'Suspended', done: 5, stages: [], etaSeconds: null });
    expect(conditionOf(alone, 'Later')).toEqual(later);
  });
});
