import { type Clock, ConfigurationError, type KubernetesApi, type Observed } from '@proofmill/contract';
import { turnsOf } from './turns.ts';

export interface DecidingOptions {
  readonly kubernetes: KubernetesApi;
  readonly clock: Clock;
  /** What a decision depends on. */
  readonly observed: readonly Observed[];
  readonly stop: AbortSignal;
}

const shortestMs = 500;
const longestMs = 15_000;
/** How long the API server may be away. */
const awayMs = 10 * 60_000;

/**
 * Looks at what exists at its turns, until that decides something: undefined is no decision. Null when `stop` fires first. Rejects with what
 * `look` rejects with; while the API server is away, only after ten minutes.
 */
export async function untilDecided<Decision>(
  { kubernetes, clock, observed, stop }: DecidingOptions,
  look: () => Promise<Decision | undefined>,
): Promise<Decision | null> {
  let answeredAtMs = clock.now();
  for await (const _turn of turnsOf({ kubernetes, clock, observed, shortestMs, longestMs, stop })) {
    try {
      const decision = await look();
      answeredAtMs = clock.now();
      if (decision !== undefined) return decision;
    } catch (error) {
      if (error instanceof ConfigurationError || clock.now() - answeredAtMs > awayMs) throw error;
    }
  }
  return null;
}
