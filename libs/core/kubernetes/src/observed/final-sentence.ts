import type { KubernetesObject } from '@proofmill/contract';
import { exitSentence } from './container-trouble.ts';
import { podOf } from './pod-fields.ts';
import { lastSentence } from './sentence.ts';

/** The last sentence of the first pod that exited with one of these codes; null where no pod did. */
export function finalSentence(pods: readonly KubernetesObject[], codes: readonly number[]): string | null {
  for (const pod of pods.map(podOf)) {
    for (const { name, state } of pod.main) {
      const end = state?.terminated;
      if (!end || !codes.includes(end.exitCode)) continue;
      return lastSentence(end.message) || exitSentence(name, end);
    }
  }
  return null;
}
