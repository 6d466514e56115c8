/**
 * How long the other side of a port may be away. An outage begins with a call that fails as temporary and ends with the next
 * call that succeeds; failures in between belong to the same outage.
 */

export interface OutageLimits {
  /** An outage that lasts longer ends the caller. */
  readonly longestMs: number;
  /** An outage is worth a sentence once it has lasted this long; at once by default. */
  readonly reportAfterMs?: number;
}

/** What a caller does about a failed call. `report` is given once an outage: wait, and say so. */
export type OutageVerdict = 'wait' | 'report' | 'give up';

export interface Outage {
  /** Takes the time of a failed call, in milliseconds of the caller's clock. */
  failed(nowMs: number): OutageVerdict;
  succeeded(): void;
}

export function outageOf({ longestMs, reportAfterMs = 0 }: OutageLimits): Outage {
  let sinceMs: number | null = null;
  let isReported = false;
  return {
    failed(nowMs) {
      sinceMs ??= nowMs;
      const lastedMs = nowMs - sinceMs;
      if (lastedMs > longestMs) return 'give up';
      if (isReported || lastedMs < reportAfterMs) return 'wait';
      isReported = true;
      return 'report';
    },
    succeeded() {
      sinceMs = null;
      isReported = false;
    },
  };
}
