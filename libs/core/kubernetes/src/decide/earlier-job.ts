/** What an earlier ScoringJob of the same name has left. The garbage collector removes it; a new driver must not meet it. */
import { type KubernetesObject, scoringJobs } from '@proofmill/contract';
import type { ScoringJobParts } from './decision.ts';

/** The driver belongs to a ScoringJob of this name that exists no longer. */
export function isOfEarlierJob(driver: KubernetesObject, { metadata }: KubernetesObject): boolean {
  const [group] = scoringJobs.apiVersion.split('/');
  return (driver.metadata.ownerReferences ?? []).some(
    ({ apiVersion, kind, name, uid }) =>
      apiVersion.split('/')[0] === group && kind === scoringJobs.kind && name === metadata.name && uid !== metadata.uid,
  );
}

/** What is left where there is no driver any more, as a sentence; null where nothing is. Pods that have ended are in nobody's way. */
export function leftovers({ stages, pods }: ScoringJobParts): string | null {
  const running = pods.filter(({ status }) => !endedPhases.includes((status as PodStatus | undefined)?.phase ?? ''));
  if (running.length === 0 && stages.length === 0) return null;
  const stopping = running.length === 1 ? '1 pod is still stopping' : `${running.length} pods are still stopping`;
  return `waiting until what an earlier driver created is gone${running.length > 0 ? `: ${stopping}` : ''}`;
}

interface PodStatus {
  readonly phase?: string;
}

const endedPhases = ['Succeeded', 'Failed'];
