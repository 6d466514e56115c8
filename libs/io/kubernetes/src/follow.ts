/** One watch: the changes since a version, until the server ends it. */
import type { IncomingMessage } from 'node:http';
import type { KubernetesObject } from '@proofmill/contract';
import { collectionPath, query } from './address.ts';
import type { Credentials } from './credentials.ts';
import { refusal } from './errors.ts';
import { lines, open } from './http.ts';
import { type Listing, slim } from './list-all.ts';
import type { ObjectCache } from './object-cache.ts';
import type { Ask } from './rights.ts';

/** The server ends a watch after this time; a watch that lasts much longer has lost its server. The next one continues where it ended. */
const watchSeconds = 300;
const overdueMs = 15_000;

/** A line of the answer. The object of an ERROR is a Status. */
interface WatchEvent {
  readonly type: string;
  readonly object: KubernetesObject;
}

/**
 * Brings the cache up to date until the server ends the watch. False where the server no longer has the changes since the version
 * of the cache, which then has to be listed again.
 */
export async function follow(
  credentials: Credentials,
  ask: Ask,
  listing: Listing,
  cache: ObjectCache,
  signal: AbortSignal,
): Promise<boolean> {
  const path = collectionPath(listing.kind, listing.namespace);
  const watched = {
    watch: true,
    // Bookmarks move the version on while nothing changes, so that it does not expire.
    allowWatchBookmarks: true,
    resourceVersion: cache.version,
    timeoutSeconds: watchSeconds,
    ...listing.selection,
  };
  const lost = AbortSignal.any([signal, AbortSignal.timeout(watchSeconds * 1000 + overdueMs)]);
  const response = await open(credentials, { method: 'GET', path: `${path}${query(watched)}` }, lost);
  if (response.statusCode !== 200) {
    response.destroy();
    if (response.statusCode === 410) return false;
    // A plain list needs nearly the same rights, and its refusal comes with a sentence.
    const answer = await ask({ method: 'GET', path: `${path}${query({ limit: 1, ...listing.selection })}` });
    const status = response.statusCode ?? 0;
    throw refusal(answer.status === 200 ? { ...answer, status, body: null } : answer, `watching ${path}`);
  }
  try {
    for await (const line of linesUntilBroken(response)) {
      if (line === '') continue;
      const { type, object } = JSON.parse(line) as WatchEvent;
      if (type === 'ERROR') return false;
      cache.event(type, slim(object));
    }
  } finally {
    response.destroy();
  }
  return true;
}

/** A connection that breaks is like one that the server ends: whether the server is away, the next watch finds out. */
async function* linesUntilBroken(response: IncomingMessage): AsyncGenerator<string> {
  try {
    yield* lines(response);
  } catch {
    // See above.
  }
}
