import { digestOf, type Job } from '@proofmill/contract';
import { queueLabels } from './queue.ts';

/**
 * The digest of what a driver uses of its job: where it changes, the driver is recreated. It is taken from the job as this version
 * reads it, so a field that this version does not know, such as a default of a later definition, is not in it.
 */
export function driverDigest({ metadata, spec }: Job): string {
  const { suspend: _suspend, activeDeadlineSeconds: _deadline, ttlSecondsAfterFinished: _ttl, ...used } = spec;
  return digestOf({ queue: queueLabels({ metadata }), spec: used });
}
