import { type Clock, ConfigurationError } from '@proofmill/contract';

const longestMs = 30_000;
const pauseMs = 1_000;

/** Repeats an attempt while the API server is away, for half a minute at most. Rejects with the last error. */
export async function waitWhileAway<T>(clock: Clock, attempt: () => Promise<T>): Promise<T> {
  for (const untilMs = clock.now() + longestMs; ; await clock.sleep(pauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof ConfigurationError || clock.now() > untilMs) throw error;
    }
  }
}
