/**
 * Watches for changes. Nothing is kept of what a watch says but that something changed: who is told reads what there is. So a
 * watch may begin anew at any time (after the time it was asked for, a broken connection, a version that is gone), with a turn.
 */
import { ConfigurationError, type KindRef } from '@proofmill/contract';
import { collectionPath, labelSelector, query } from './address.ts';
import { askReady } from './api.ts';
import type { Credentials } from './credentials.ts';
import { refusal } from './errors.ts';
import { lines, open } from './http.ts';
import { createTurns, type Turns } from './pending-turn.ts';

/** The server ends a watch after this; one that is heard of no more is given up a little later. */
const watchSeconds = 120;
const firstPauseMs = 250;
const longestPauseMs = 5_000;

type Labels = Readonly<Record<string, string>> | undefined;

export async function* changesOf(
  credentials: Credentials,
  namespace: string,
  kinds: readonly KindRef[],
  labels: Labels,
  rightsMayCome: boolean,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const turns = createTurns();
  const left = new AbortController();
  const ended = AbortSignal.any([signal, left.signal]);
  const watches = kinds.map((kind) => {
    const path = collectionPath(kind, namespace);
    return keepWatching(credentials, path, labels, turns, rightsMayCome, ended).catch((error: unknown) =>
      turns.fail(error),
    );
  });
  try {
    turns.give();
    for (;;) {
      await turns.taken(ended);
      if (signal.aborted) return;
      yield;
    }
  } finally {
    left.abort();
    await Promise.all(watches);
  }
}

async function keepWatching(
  credentials: Credentials,
  path: string,
  labels: Labels,
  turns: Turns,
  rightsMayCome: boolean,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstPauseMs;
  let mayBeAllowed = rightsMayCome;
  while (!signal.aborted) {
    try {
      await watch(credentials, path, labels, signal, () => {
        mayBeAllowed = true;
        pauseMs = firstPauseMs;
        turns.give();
      });
    } catch (error) {
      // A right that was taken away may be given again.
      if (error instanceof ConfigurationError && !mayBeAllowed) throw error;
      // Away or busy: who is told of changes finds out by itself, and says so.
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}

/** One watch, until the server ends it. Without a version it begins with what there is now, so none can be too old. */
async function watch(
  credentials: Credentials,
  path: string,
  labels: Labels,
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  const selected = { labelSelector: labelSelector(labels) };
  const lost = AbortSignal.any([signal, AbortSignal.timeout((watchSeconds + 15) * 1000)]);
  const asked = `${path}${query({ watch: true, timeoutSeconds: watchSeconds, ...selected })}`;
  const response = await open(credentials, { method: 'GET', path: asked }, lost);
  if (response.statusCode !== 200) {
    response.destroy();
    // A refusal comes with its sentence where a plain list is asked for, which has the same reader.
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

/** As 410: the version that the watch stood at is gone. The next one begins with what there is. */
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
