/**
 * Watches. Of what a watch reports only the fact is used that something changed, as the reader then looks at what exists. So a
 * watch can start again at any time, with one change: when the server ends it, when the connection breaks, or when its version has
 * expired.
 */
import { ConfigurationError, type KindRef } from '@proofmill/contract';
import { collectionPath, labelSelector, query } from './address.ts';
import { askReady } from './ask-ready.ts';
import { type ChangeSignal, createChangeSignal } from './change-signal.ts';
import type { Credentials } from './credentials.ts';
import { refusal } from './errors.ts';
import { lines, open } from './http.ts';

/** The server ends a watch after this time; a watch that is silent for longer is given up soon after. */
const watchSeconds = 120;
const firstPauseMs = 250;
const longestPauseMs = 5_000;

export interface WatchOptions {
  readonly credentials: Credentials;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** A watch that is denied from the start is tried again, as the right to it may follow. */
  readonly rightsMayCome: boolean;
}

/** Yields at the start and after changes, until the signal fires. ConfigurationError where one of the watches is refused. */
export async function* changesOf(
  options: WatchOptions,
  kinds: readonly KindRef[],
  signal: AbortSignal,
): AsyncGenerator<void> {
  const changes = createChangeSignal();
  const left = new AbortController();
  const ended = AbortSignal.any([signal, left.signal]);
  const watches = kinds.map((kind) =>
    keepWatching(options, kind, changes, ended).catch((error: unknown) => changes.fail(error)),
  );
  try {
    changes.changed();
    for (;;) {
      await changes.next(ended);
      if (signal.aborted) return;
      yield;
    }
  } finally {
    left.abort();
    await Promise.all(watches);
  }
}

async function keepWatching(
  options: WatchOptions,
  kind: KindRef,
  changes: ChangeSignal,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstPauseMs;
  let mayBeAllowed = options.rightsMayCome;
  while (!signal.aborted) {
    try {
      await watch(options, kind, signal, () => {
        mayBeAllowed = true;
        pauseMs = firstPauseMs;
        changes.changed();
      });
    } catch (error) {
      // A right that was taken away may be granted again.
      if (error instanceof ConfigurationError && !mayBeAllowed) throw error;
      // Away or busy: the reader finds that out with its own requests, and reports it.
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}

/** One watch, until the server ends it. It starts without a version, from what exists now, so it can never be too old. */
async function watch(
  { credentials, namespace, labels }: WatchOptions,
  kind: KindRef,
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  const path = collectionPath(kind, namespace);
  const selected = { labelSelector: labelSelector(labels) };
  const lost = AbortSignal.any([signal, AbortSignal.timeout((watchSeconds + 15) * 1000)]);
  const watchPath = `${path}${query({ watch: true, timeoutSeconds: watchSeconds, ...selected })}`;
  const response = await open(credentials, { method: 'GET', path: watchPath }, lost);
  if (response.statusCode !== 200) {
    response.destroy();
    // A plain list needs the same rights, and its refusal comes with a sentence.
    const answer = await askReady(credentials, { method: 'GET', path: `${path}${query({ limit: 1, ...selected })}` });
    if (answer.status !== 200) throw refusal(answer, `watching ${path}`);
    return;
  }
  changed();
  for await (const line of lines(response)) {
    if (line === '') continue;
    changed();
    if (isError(line)) break;
  }
  response.destroy();
}

/** Such as 410: the version that the watch had reached has expired. */
const isError = (line: string): boolean => /^\{"type":"ERROR"/.test(line);

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
