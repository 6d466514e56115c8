/** What a change of a job asks for: docs/kubernetes.md has the same as a table, "What a change restarts". */
import { canonicalJson, type Job } from '@proofmill/contract';
import { queueMarks } from '../objects/queue.ts';

/**
 *   none       the same job, whatever the file looks like
 *   in place   its width, its limits or its fleets: the driver that runs takes them, and changes what it has created
 *   driver     what a driver needs at its start: it is recreated, with everything that it has created
 */
export type JobChange = 'none' | 'in place' | 'driver';

/** Both are read by this version, so that a default that an earlier or a later one adds to an object is no change. */
export function changeOf(before: Job, after: Job): JobChange {
  if (canonicalJson(startingPart(before)) !== canonicalJson(startingPart(after))) return 'driver';
  return canonicalJson(changeablePart(before)) === canonicalJson(changeablePart(after)) ? 'none' : 'in place';
}

/** The job that a driver runs from now on: as it was started, with what may change in place as it is in the changed job. */
export function changedInPlace(started: Job, changed: Job): Job {
  const { workers, limits } = changed.spec;
  const fleets = new Map(changed.spec.pipeline.map(({ name, fleet }) => [name, fleet]));
  const pipeline = started.spec.pipeline.map((stage) => ({ ...stage, fleet: fleets.get(stage.name) ?? stage.fleet }));
  return { ...started, spec: { ...started.spec, workers, limits, pipeline } };
}

/** What may change while a driver runs, by the places of the job file. */
export const changeablePart = ({ spec: { workers, limits, pipeline } }: Job): object => ({
  workers,
  limits,
  pipeline: pipeline.map(({ fleet }) => ({ fleet })),
});

/** Everything else, but for what the driver does not read: the operator carries it out. */
function startingPart({ metadata, spec }: Job): object {
  const { workers: _workers, limits: _limits, pipeline, ...others } = spec;
  const { suspend: _suspend, activeDeadlineSeconds: _deadline, ttlSecondsAfterFinished: _ttl, ...rest } = others;
  const stages = pipeline.map(({ fleet: _fleet, ...stage }) => stage);
  return { name: metadata.name, queue: queueMarks({ metadata }), spec: { ...rest, pipeline: stages } };
}
