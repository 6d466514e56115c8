/**
 * Scores of responses that a worker knows already. Scoring has no randomness, and corpora repeat responses (a benchmark pairs
 * each with several others), so the same request is sent once: others wait for the one in flight, and its score is remembered as
 * long as there is room. An item that gets a known score counts the tokens of that request as its own, so that its outcome does
 * not depend on what the worker did earlier.
 */
import { digestOf, type ScoreAnswer, type ScoreRequest } from '@proofmill/contract';

export interface ScoreMemo {
  /** The score, remembered or asked for. Rejects as `ask` does, or when the signal fires. */
  once(request: ScoreRequest, signal: AbortSignal, ask: () => Promise<ScoreAnswer>): Promise<ScoreAnswer>;
}

/** Scores that are remembered, about 200 bytes each. */
const defaultCapacity = 20_000;

export function scoreMemo(capacity = defaultCapacity): ScoreMemo {
  const known = new Map<string, Promise<ScoreAnswer>>();
  return {
    async once(request, signal, ask) {
      const key = digestOf(request);
      const earlier = known.get(key);
      if (earlier !== undefined) {
        try {
          return await earlier;
        } catch {
          // The item that asked was aborted, or the engine died with it. That says nothing about this item: it asks by itself.
          signal.throwIfAborted();
        }
      }
      const asking = ask();
      known.set(key, asking);
      if (known.size > capacity) {
        const [oldest] = known.keys();
        if (oldest !== undefined) known.delete(oldest);
      }
      try {
        return await asking;
      } catch (error) {
        if (known.get(key) === asking) known.delete(key);
        throw error;
      }
    },
  };
}
