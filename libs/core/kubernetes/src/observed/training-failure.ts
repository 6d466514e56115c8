import type { KubernetesObject } from '@proofmill/contract';
import { exitSentence, outOfMemory } from './container-trouble.ts';
import { podOf } from './pod-fields.ts';

/** How the last pod of a training ended, with the end of what its container printed; null where no pod is left that did. */
export function trainingFailure(pods: readonly KubernetesObject[]): string | null {
  const latest = pods.map(podOf).toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  for (const pod of latest) {
    for (const { name, state } of [...pod.main, ...pod.init]) {
      const end = state?.terminated;
      if (!end || end.exitCode === 0) continue;
      const how = end.reason === 'OOMKilled' ? outOfMemory(pod, name).message : exitSentence(name, end);
      const printed = end.message?.trimEnd() ?? '';
      return printed === '' ? `${how}. It printed nothing` : `${how}. The end of its log:\n${printed}`;
    }
  }
  return null;
}
