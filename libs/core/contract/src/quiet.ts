/** When something that has brought no news for a while is to be looked into: after `firstMs`, and again each time that as much has passed. */
export interface Quiet {
  /** Takes note of news. */
  news(nowMs: number): void;
  /** How long there has been no news, where it is time to look; else null. */
  due(nowMs: number): number | null;
}

/** A stage in which nothing is finished is looked into after two minutes, unless its job says otherwise, and once an hour at least: a suspended fleet stands still for days. */
export const standstill = { firstMs: 2 * 60_000, longestMs: 60 * 60_000 } as const;

/** `firstMs` is the shortest silence that is looked into; each further look comes after twice the time, up to `longestMs`. */
export function quietOf({ firstMs, longestMs }: { firstMs: number; longestMs: number }, nowMs: number): Quiet {
  let sinceMs = nowMs;
  let pauseMs = firstMs;
  let dueMs = nowMs + firstMs;
  return {
    news(now) {
      sinceMs = now;
      pauseMs = firstMs;
      dueMs = now + firstMs;
    },
    due(now) {
      if (now < dueMs) return null;
      pauseMs = Math.min(longestMs, 2 * pauseMs);
      dueMs = now + pauseMs;
      return now - sinceMs;
    },
  };
}
