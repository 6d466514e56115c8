/**
 * An observation: what exists of a kind, in memory.
 *
 *   listing      Everything is listed, page by page. That is how it begins, and what follows where changes were missed.
 *   following    A watch brings each change since. The server ends a watch after some minutes, and connections break: the next one
 *                continues from the version that was reached, so nothing is listed again.
 *   expired      The server no longer has the changes since that version (410): listing.
 *   refused      The right is missing, or the kind unknown, before anything was ever listed: the observation has failed. Later a
 *                missing right is a trouble that passes, as others grant and revoke rights while we run.
 */
import {
  ConfigurationError,
  type KubernetesObject,
  type Observation,
  type Observed,
  type Observer,
} from '@proofmill/contract';
import { selectionOf } from './address.ts';
import type { Credentials } from './credentials.ts';
import { unreachable } from './errors.ts';
import { follow } from './follow.ts';
import { type Listing, listAll, slim } from './list-all.ts';
import { ObjectCache } from './object-cache.ts';
import type { Ask } from './rights.ts';

const firstPauseMs = 250;
const longestPauseMs = 5_000;

export interface ObserveOptions {
  readonly credentials: Credentials;
  readonly ask: Ask;
  readonly namespace: string;
}

export interface OwnObservation extends Observation {
  /** Takes the answer to a call of ours, where it concerns this observation. */
  answered(object: KubernetesObject): void;
}

export function observe(
  { credentials, ask, namespace }: ObserveOptions,
  what: Observed,
  observer: Observer,
): OwnObservation {
  const { labels, name, everywhere = false } = what;
  const { signal } = observer;
  const cache = new ObjectCache((object) => observer.onChange(object));
  const listing: Listing = {
    kind: { apiVersion: what.apiVersion, kind: what.kind },
    namespace: everywhere ? null : namespace,
    selection: selectionOf(labels, name === undefined ? undefined : { 'metadata.name': name }),
  };
  const complete = Promise.withResolvers<void>();
  // Whoever waits for it hears of a refusal; nobody has to wait.
  complete.promise.catch(() => undefined);
  let isCurrent = false;
  const round = async (): Promise<void> => {
    if (!isCurrent) {
      const { items, resourceVersion } = await listAll(ask, listing);
      if (signal.aborted) return;
      cache.replace(items, resourceVersion);
      complete.resolve();
    }
    isCurrent = true;
    isCurrent = await follow(credentials, ask, listing, cache, signal);
  };
  const failed = (error: unknown): boolean => {
    const trouble = unreachable(error, credentials.server);
    const isRefused = trouble instanceof ConfigurationError && cache.version === '';
    if (isRefused) complete.reject(trouble);
    else observer.onTrouble?.(trouble);
    return isRefused;
  };
  signal.addEventListener('abort', () => complete.resolve(), { once: true });
  void repeat(round, failed, signal);

  const matches = (object: KubernetesObject): boolean =>
    object.kind === what.kind &&
    (everywhere || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    hasLabels(object, labels);
  return {
    ...what,
    complete: complete.promise,
    list: (from, selected) =>
      cache.all().filter((object) => object.metadata.namespace === from && hasLabels(object, selected)),
    read: (from, wanted) => cache.get(from, wanted),
    answered(object) {
      if (matches(object)) cache.answer(slim(object));
    },
  };
}

/** Repeats a round until the signal fires, after a pause that grows while rounds are short. `failed` is true where trying again is pointless. */
async function repeat(
  round: () => Promise<void>,
  failed: (error: unknown) => boolean,
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = firstPauseMs; !signal.aborted; ) {
    const beganMs = performance.now();
    try {
      await round();
    } catch (error) {
      if (signal.aborted || failed(error)) return;
    }
    // A watch that lasted has worked: its connection may break at any time.
    if (performance.now() - beganMs > 2 * longestPauseMs) pauseMs = firstPauseMs;
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}

const hasLabels = ({ metadata }: KubernetesObject, labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value);

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
