import type { KindRef } from '@proofmill/contract';

/**
 * `/apis/batch/v1/namespaces/NAMESPACE/jobs`, for kinds with a regular plural: all that Proofmill uses. Null is every namespace.
 */
export function collectionPath({ apiVersion, kind }: KindRef, namespace: string | null): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const within = namespace === null ? root : `${root}/namespaces/${namespace}`;
  return `${within}/${kind.toLowerCase().replace(/y$/, 'ie')}s`;
}

export function query(fields: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const words = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return words.length === 0 ? '' : `?${words.join('&')}`;
}

/** What a list or a watch selects by, as parameters of its query. */
export interface Selection {
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
}

export const selectionOf = (
  labels: Readonly<Record<string, string>> | undefined,
  fields: Readonly<Record<string, string>> | undefined,
): Selection => ({ labelSelector: selector(labels), fieldSelector: selector(fields) });

const selector = (values: Readonly<Record<string, string>> = {}): string | undefined =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(',') || undefined;
