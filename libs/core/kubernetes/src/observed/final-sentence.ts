import type { KubernetesObject } from '@proofmill/contract';
import { exitSentence } from './container-trouble.ts';
import { ownContainers, podOf } from './pod-fields.ts';
import { lastSentence } from './sentence.ts';

/** The last sentence of the first pod that exited with one of these codes, or whose weights could not be fetched; null where no pod did. */
export function finalSentence(pods: readonly KubernetesObject[], codes: readonly number[]): string | null {
  for (const pod of pods.map(podOf)) {
    for (const { name, state } of ownContainers(pod)) {
      const end = state?.terminated;
      if (!end || !codes.includes(end.exitCode)) continue;
      return lastSentence(end.message) || exitSentence(name, end);
    }
  }
  return null;
}
