import { nanos } from '@nats-io/transport-node';

/** Whole nanoseconds: the server refuses a fraction, which fractional milliseconds may leave. */
export const wholeNanos = (ms: number): number => nanos(Math.round(ms));

/** Resolves after `ms`, or as soon as the signal fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

/** Waits until `work` has settled, or `ms` have passed. Leaves no timer, which would keep the process alive. */
export async function endedWithin(work: Promise<unknown>, ms: number): Promise<void> {
  const ended = new AbortController();
  const waited = pause(ms, ended.signal);
  await Promise.race([work.catch(() => {}), waited]);
  ended.abort();
}

/** The result of `work`, or `aborted` as soon as the signal fires; `work` then continues, and its failure is ignored. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | 'aborted'> {
  if (signal.aborted) {
    work.catch(() => {});
    return Promise.resolve('aborted');
  }
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve('aborted');
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
