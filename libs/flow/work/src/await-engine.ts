import { isTemporary, outageOf } from '@proofmill/contract';
import { refuseUnfitEngine } from './unfit-engine.ts';
import type { CompleteOptions } from './work-options.ts';

/**
 * Waits until the engine serves the models of the stage, and gives its version; null also when the worker is stopped first.
 * Rejects with ConfigurationError when the engine does not fit the stage, UnavailableError when it was away too long.
 */
export async function awaitEngine(options: CompleteOptions, signal: AbortSignal): Promise<string | null> {
  const { engine, clock, stage, stop, times, onTrouble } = options;
  const outage = outageOf({ longestMs: times.engineWaitMs });
  while (!signal.aborted && !stop.aborted) {
    try {
      refuseUnfitEngine(await engine.models(signal), stage.definition);
      return await engine.version(signal);
    } catch (error) {
      if (signal.aborted) return null;
      if (!isTemporary(error)) throw error;
      const verdict = outage.failed(clock.now());
      if (verdict === 'give up') throw error;
      if (verdict === 'report') onTrouble(`waiting for the engine: ${error.message}`);
      await clock.sleep(times.engineProbeMs, AbortSignal.any([signal, stop]));
    }
  }
  return null;
}
