/**
 * What all requests of a worker know of its engine.
 *
 *   up      requests are sent
 *   down    requests wait, while one probe looks at the engine's health every `probeMs`
 *   gone    it was down longer than `engineDownMs`: the worker releases its tasks and exits, to be restarted
 */
import { type Clock, type Engine, UnavailableError } from '@proofmill/contract';

export interface EngineWatch {
  /** Resolves while the engine is up; waits while it is down; rejects with UnavailableError when it is gone. */
  ready(signal: AbortSignal): Promise<void>;
  /** Called when a request has lost its connection. Resolves with whether the engine is dead, or is alive all the same. */
  lost(signal: AbortSignal): Promise<boolean>;
}

export function engineWatch(options: {
  engine: Engine;
  clock: Clock;
  probeMs: number;
  engineDownMs: number;
  onDown: () => void;
  /** Fires when the worker drains: it no longer waits for an engine that is down. */
  stop: AbortSignal;
  /** Ends the probe. It is the worker's own signal, since the request that noticed the death may be aborted. */
  signal: AbortSignal;
}): EngineWatch {
  const { engine, clock, probeMs, engineDownMs, onDown, stop } = options;
  let recovery: Promise<void> | null = null;

  const recover = async (): Promise<void> => {
    const signal = AbortSignal.any([options.signal, stop]);
    const sinceMs = clock.now();
    while (!(await engine.healthy(signal))) {
      options.signal.throwIfAborted();
      if (stop.aborted) {
        throw new UnavailableError('engine-gone', 'the engine is down, and the worker has been asked to stop');
      }
      if (clock.now() - sinceMs > engineDownMs) {
        throw new UnavailableError(
          'engine-gone',
          `the engine has not answered for ${Math.round(engineDownMs / 1000)} s`,
        );
      }
      await clock.sleep(probeMs, signal);
    }
  };

  return {
    async ready(signal) {
      if (recovery !== null) await orAborted(recovery, signal);
      signal.throwIfAborted();
    },
    async lost(signal) {
      if (recovery !== null) return true;
      const dead = !(await engine.healthy(signal));
      if (dead && recovery === null) {
        onDown();
        recovery = recover().finally(() => {
          recovery = null;
        });
        recovery.catch(() => undefined);
      }
      return dead;
    },
  };
}

/** The promise, or the signal's reason as soon as it fires. */
function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
