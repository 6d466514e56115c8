/**
 * Everybody's view of one engine.
 *
 *   up      requests go out
 *   down    nobody asks; one of those who wait looks at its health every `probeMs`
 *   gone    it was down longer than `engineDownMs`: the worker hands its work back and exits, to be run again
 */
import { type Clock, type Engine, UnavailableError } from '@proofmill/contract';

export interface EngineWatch {
  /** Resolves while the engine is up; waits while it is down; rejects with UnavailableError when it is gone. */
  ready(signal: AbortSignal): Promise<void>;
  /** Called when a request was lost; says whether the engine is dead (true) or answers all the same (false). */
  lost(signal: AbortSignal): Promise<boolean>;
}

export function engineWatch(options: {
  engine: Engine;
  clock: Clock;
  probeMs: number;
  engineDownMs: number;
}): EngineWatch {
  const { engine, clock, probeMs, engineDownMs } = options;
  let recovery: Promise<void> | null = null;

  const recover = async (signal: AbortSignal): Promise<void> => {
    const since = clock.now();
    while (!(await engine.healthy(signal))) {
      signal.throwIfAborted();
      if (clock.now() - since > engineDownMs) {
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
      if (recovery !== null) await recovery;
      signal.throwIfAborted();
    },
    async lost(signal) {
      if (recovery !== null) return true;
      const dead = !(await engine.healthy(signal));
      if (dead && recovery === null) {
        recovery = recover(signal).finally(() => {
          recovery = null;
        });
        recovery.catch(() => undefined);
      }
      return dead;
    },
  };
}
