import type { KindRef } from '@proofmill/contract';

/** `/apis/batch/v1/namespaces/NAMESPACE/jobs`, for kinds with a regular plural: all that Proofmill uses. */
export function collectionPath({ apiVersion, kind }: KindRef, namespace: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/${namespace}/${kind.toLowerCase().replace(/y$/, 'ie')}s`;
}

export function query(fields: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const words = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return words.length === 0 ? '' : `?${words.join('&')}`;
}

export const labelSelector = (labels: Readonly<Record<string, string>> | undefined): string | undefined =>
  labels &&
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
