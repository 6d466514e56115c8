import { formerFinalizer, type KubernetesObject } from '@proofmill/contract';
import { refOf } from '../objects/kinds.ts';
import type { Action } from './actions.ts';

/**
 * Removes the finalizer that former versions set, wherever it is met: without an operator it would keep a ScoringJob, and with it
 * the namespace, for ever. With the version, so that finalizers that others add meanwhile are not lost.
 */
export function withoutFinalizer(resource: KubernetesObject): Action[] {
  const { finalizers = [], resourceVersion } = resource.metadata;
  if (!finalizers.includes(formerFinalizer)) return [];
  const left = finalizers.filter((finalizer) => finalizer !== formerFinalizer);
  return [{ do: 'patch', ref: refOf(resource), change: { metadata: { resourceVersion, finalizers: left } } }];
}
