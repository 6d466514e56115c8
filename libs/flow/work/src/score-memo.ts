/**
 * Scores of responses that a worker knows already. A score has no chance in it, and corpora repeat responses (a benchmark pairs
 * each with several others), so the same question is asked once: while it is in flight, and afterwards as long as there is
 * room. An item that is told a known score counts the tokens of that question as its own, so that its outcome does not depend on
 * what the worker did before.
 */
import { digestOf, type ScoreAnswer, type ScoreRequest } from '@proofmill/contract';

export interface ScoreMemo {
  /** The score, known or asked for. Rejects as `ask` does, or when the signal fires. */
  once(request: ScoreRequest, signal: AbortSignal, ask: () => Promise<ScoreAnswer>): Promise<ScoreAnswer>;
}

/** About 200 bytes each. */
const REMEMBERED = 20_000;

export function scoreMemo(remembered = REMEMBERED): ScoreMemo {
  const known = new Map<string, Promise<ScoreAnswer>>();
  return {
    async once(request, signal, ask) {
      const key = digestOf(request);
      const there = known.get(key);
      if (there !== undefined) {
        try {
          return await there;
        } catch {
          // Whoever asked was called back, or its engine died. That says nothing of this item: it asks for itself.
          signal.throwIfAborted();
        }
      }
      const asking = ask();
      known.set(key, asking);
      if (known.size > remembered) {
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
