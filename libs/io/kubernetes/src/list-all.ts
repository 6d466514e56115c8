/** Lists, page by page. */
import type { KindRef, KubernetesObject } from '@proofmill/contract';
import { collectionPath, query, type Selection } from './address.ts';
import { refusal } from './errors.ts';
import type { Ask } from './rights.ts';

/** Objects in one answer. */
const pageSize = 500;

export interface Listing {
  readonly kind: KindRef;
  /** Null is every namespace. */
  readonly namespace: string | null;
  readonly selection: Selection;
}

export interface Listed {
  readonly items: KubernetesObject[];
  /** The version of the whole list: a watch from here reports every later change. */
  readonly resourceVersion: string;
}

interface Page {
  readonly items: object[] | null;
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
}

/** All objects of a kind, as they were at one moment. */
export async function listAll(
  ask: Ask,
  { kind: { apiVersion, kind }, namespace, selection }: Listing,
): Promise<Listed> {
  const path = collectionPath({ apiVersion, kind }, namespace);
  const items: KubernetesObject[] = [];
  let resourceVersion = '';
  for (let next: string | null = ''; next !== null; ) {
    const fields = { limit: pageSize, ...selection, continue: next || undefined };
    const answer = await ask({ method: 'GET', path: `${path}${query(fields)}` });
    if (answer.status === 410 && next !== '') {
      // The list took so long that its version has expired: it starts again.
      items.length = 0;
      next = '';
      continue;
    }
    if (answer.status !== 200) throw refusal(answer, `listing ${kind}s in ${namespace ?? 'all namespaces'}`);
    const page = answer.body as Page;
    // The objects of a list do not name their kind.
    for (const item of page.items ?? []) items.push(slim({ ...item, apiVersion, kind } as KubernetesObject));
    resourceVersion = page.metadata?.resourceVersion ?? '';
    next = page.metadata?.continue || null;
  }
  return { items, resourceVersion };
}

/** Without the record of who has set which field: nobody here reads it, and it is half of many an object. */
export function slim(object: KubernetesObject): KubernetesObject {
  const { managedFields: _unread, ...metadata } = object.metadata as KubernetesObject['metadata'] & {
    readonly managedFields?: unknown;
  };
  return { ...object, metadata };
}
