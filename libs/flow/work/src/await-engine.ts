import { isTemporary, type JudgeRole, outageOf, UnavailableError } from '@proofmill/contract';
import { judgesOfStage } from '@proofmill/judge';
import { inTime } from './in-time.ts';
import { hangs } from './trouble.ts';
import { refuseUnfit } from './unfit-engine.ts';
import type { CompleteOptions } from './work-options.ts';

/** The version of each judge's engine; null where it does not say, or there is no such judge. */
export type EngineVersions = Readonly<Record<JudgeRole, string | null>>;

/** An engine that does not say what it serves for so long is asked again. */
const mostTryMs = 15_000;

/**
 * Waits until the engines serve the models of the stage, and gives their versions; none also when the worker is stopped first.
 * Rejects with ConfigurationError when an engine does not fit the stage, UnavailableError when it was away too long.
 */
export async function awaitEngine(options: CompleteOptions, signal: AbortSignal): Promise<EngineVersions> {
  const { clock, stop, times, onTrouble, onEngineTrouble } = options;
  const outage = outageOf({ longestMs: times.engineWaitMs });
  while (!signal.aborted && !stop.aborted) {
    try {
      const versions = await tryOnce(options, signal);
      onEngineTrouble(null);
      return versions;
    } catch (error) {
      if (signal.aborted || stop.aborted) return noVersions;
      if (!isTemporary(error)) throw error;
      const verdict = outage.failed(clock.now());
      if (verdict === 'give up') throw error;
      onEngineTrouble(error.message);
      if (verdict === 'report') onTrouble(`waiting for the engine: ${error.message}`);
      await clock.sleep(times.engineProbeMs, AbortSignal.any([signal, stop]));
    }
  }
  return noVersions;
}

const noVersions: EngineVersions = { own: null, first: null };

/** Rejects as `versionsOf` does, with UnavailableError where the engine does not answer, and when the worker is stopped. */
async function tryOnce(options: CompleteOptions, signal: AbortSignal): Promise<EngineVersions> {
  const { clock, stop, times } = options;
  const longestMs = Math.min(mostTryMs, times.engineWaitMs);
  const silence = `The engine was asked which models it serves, and has not answered for ${longestMs / 1000} s.`;
  const late = (): Error => new UnavailableError(hangs, silence);
  return inTime({ clock, longestMs, signal: AbortSignal.any([signal, stop]), late }, (limited) =>
    versionsOf(options, limited),
  );
}

async function versionsOf(
  { stage, engine, firstEngine }: CompleteOptions,
  signal: AbortSignal,
): Promise<EngineVersions> {
  const versions = { ...noVersions };
  for (const judge of judgesOfStage(stage.definition)) {
    const asked = judge.role === 'first' ? firstEngine : engine;
    refuseUnfit(await asked.models(signal), judge);
    versions[judge.role] = await asked.version(signal);
  }
  return versions;
}
