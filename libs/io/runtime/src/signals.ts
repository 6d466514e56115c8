/**
 * How a process is asked to end.
 *
 *   first SIGTERM or Ctrl-C                    `stop` fires: no new work is taken, work in flight is finished
 *   the grace time is over, or Ctrl-C again    `abort` fires: work in flight is released
 *   Ctrl-C once more                           the process ends where it is, which is as safe as a kill
 */
export interface Shutdown extends Disposable {
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  /** 143 after SIGTERM, 130 after Ctrl-C; null until the process is asked to end. */
  readonly exitCode: number | null;
}

/** A Ctrl-C may reach a process twice, from the terminal and from its parent: that is a single request. */
const sameRequestMs = 500;

export function shutdownOnSignals(options: { graceMs: number; onStop?: (again: boolean) => void }): Shutdown {
  const { graceMs, onStop } = options;
  const stop = new AbortController();
  const abort = new AbortController();
  let exitCode: number | null = null;
  let askedAtMs = 0;
  let timer: NodeJS.Timeout | undefined;

  const asked = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (exitCode === null) {
      exitCode = signal === 'SIGINT' ? 130 : 143;
      askedAtMs = now;
      onStop?.(false);
      stop.abort(new Error('asked to stop'));
      timer = setTimeout(() => abort.abort(new Error('the grace time is over')), graceMs);
      timer.unref();
    } else if (signal === 'SIGINT' && now - askedAtMs > sameRequestMs) {
      if (abort.signal.aborted) process.exit(exitCode);
      askedAtMs = now;
      onStop?.(true);
      abort.abort(new Error('asked to stop at once'));
    }
  };
  process.on('SIGTERM', asked);
  process.on('SIGINT', asked);

  return {
    stop: stop.signal,
    abort: abort.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      process.off('SIGTERM', asked);
      process.off('SIGINT', asked);
    },
  };
}
