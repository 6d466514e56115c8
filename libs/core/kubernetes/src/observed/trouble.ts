/** What keeps the pods of a stage from running, in one sentence: what a user would otherwise look for with `kubectl describe`. */
import type { KubernetesObject } from '@proofmill/contract';
import type { Finding } from './container-trouble.ts';
import { eventOf, type KubernetesEvent, type Pod, podOf } from './pod-fields.ts';
import { troubleOfPod } from './pod-trouble.ts';
import { oneLine } from './sentence.ts';

export interface Trouble {
  /** One word in CamelCase. */
  readonly reason: string;
  /** One line. */
  readonly message: string;
}

/**
 * Null where no trouble is known: the pods run, or are about to. `pods` are those of one stage, `events` those of the namespace.
 * Of the pods that had the same number one after the other, only the latest counts.
 */
export function troubleOf(pods: readonly KubernetesObject[], events: readonly KubernetesObject[]): Trouble | null {
  const current = latest(pods.map(podOf).filter(({ isGoing }) => !isGoing));
  const warnings = events.map(eventOf).filter(({ isWarning }) => isWarning);
  const found = current.flatMap((pod) => {
    const finding = troubleOfPod(pod, warnings);
    return finding === null ? [] : [{ pod, finding }];
  });
  const [worst] = found.toSorted((left, right) => left.finding.rank - right.finding.rank);
  if (!worst) return refusedPods(current, warnings);
  return countedTrouble(worst, found, current);
}

interface PodFinding {
  readonly pod: Pod;
  readonly finding: Finding;
}

function countedTrouble({ pod, finding }: PodFinding, found: readonly PodFinding[], pods: readonly Pod[]): Trouble {
  const { component } = pod;
  const { reason, message } = finding;
  if (component === 'fetcher') return { reason, message: `the weights are not in their claim yet: ${message}` };
  const affected = found.filter((other) => other.pod.component === component && other.finding.reason === reason);
  const count = pods.filter((other) => other.component === component).length;
  const what = pod.group === '' ? `${component}s` : `nodes of ${component}s`;
  return { reason, message: `${affected.length} of ${count} ${what} cannot run: ${message}` };
}

function latest(pods: readonly Pod[]): Pod[] {
  const byNumber = new Map<string, Pod>();
  for (const pod of pods.toSorted((left, right) => (left.createdAt < right.createdAt ? -1 : 1))) {
    byNumber.set(`${pod.component} ${pod.stage} ${pod.group} ${pod.index || pod.name}`, pod);
  }
  return [...byNumber.values()];
}

/** The API server creates no pods at all: the ServiceAccount is missing, or a quota or the namespace's Pod Security forbids them. */
function refusedPods(pods: readonly Pod[], events: readonly KubernetesEvent[]): Trouble | null {
  const refused = events.findLast(({ kind, reason }) => kind === 'Job' && reason === 'FailedCreate');
  if (!refused || pods.some(({ createdAt }) => createdAt > refused.at)) return null;
  return {
    reason: 'FailedCreate',
    message: `no pods can be created for ${refused.name}: ${oneLine(refused.message)}`,
  };
}
