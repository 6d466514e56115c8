import { collectionPath, query } from './address.ts';
import { isMissing, refusal } from './errors.ts';
import type { Ask } from './rights.ts';

interface LogWanted {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly longestBytes: number;
}

/** The beginning of what a container has printed; null when there is none. */
export async function logOf(ask: Ask, { namespace, pod, container, longestBytes }: LogWanted): Promise<string | null> {
  const pods = collectionPath({ apiVersion: 'v1', kind: 'Pod' }, namespace);
  const path = `${pods}/${pod}/log${query({ container, limitBytes: longestBytes })}`;
  const answer = await ask({ method: 'GET', path, isText: true });
  if (answer.status === 200) return String(answer.body);
  // 400: the pod has no such container, or it has not begun.
  if (answer.status === 400 || isMissing(answer, pod)) return null;
  throw refusal(answer, `reading the log of ${pod}`);
}
