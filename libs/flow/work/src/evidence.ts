/**
 * Whose failure is it? A request that failed may have failed for its item (a text that crashes a kernel) or for the engine (a
 * burst of errors, a proxy that restarts). What tells them apart is what other requests met meanwhile.
 *
 * The evidence against an item is the improbability of its failures, were it like any other: each failure weighs -log10 of the
 * share of other requests that failed since the failure before (since the request was sent, for the first). Where no other request was
 * answered a failure weighs nothing, so an outage of any length fails no item; a known-good request that is answered stands in
 * for the others where there are none.
 */
import type { EngineRequest } from '@proofmill/contract';

/** Requests of an engine that have ended. */
export interface Ends {
  readonly answered: number;
  readonly failed: number;
}

/** However well others fare, a single failure weighs no more than this: 1, as if one request in ten failed by itself. */
const leastShare = 0.1;

/** An item fails once its failures would happen to one healthy item in 30,000: after five, where all others are answered. */
export const enoughEvidence = 4.5;

/**
 * The weight of one failure. The share of failures is estimated by Laplace's rule of succession, so that few requests say little.
 * @param before what had ended when the period began
 * @param now what has ended by now, without the failure itself
 */
export function weightOf(before: Ends, now: Ends): number {
  const answered = now.answered - before.answered;
  const failed = now.failed - before.failed;
  if (answered <= 0) return 0;
  return weightAt((failed + 1) / (answered + failed + 2));
}

/** The weight of a failure after which a known-good request was answered, given what other requests met last. */
export const weightBesideProbe = ({ answered, failed }: Ends): number => weightAt(failed / (answered + failed + 1));

const weightAt = (share: number): number => -Math.log10(Math.max(leastShare, share));

const mostRecent = 64;

/** How the last requests of an engine ended. */
export class RecentEnds {
  readonly #ends: { readonly request: EngineRequest; readonly end: keyof Ends }[] = [];

  note(request: EngineRequest, end: keyof Ends): void {
    this.#ends.push({ request, end });
    if (this.#ends.length > mostRecent) this.#ends.shift();
  }

  /** Those of all requests but this one. */
  others(request: EngineRequest): Ends {
    const others = this.#ends.filter((ended) => ended.request !== request);
    const failed = others.filter(({ end }) => end === 'failed').length;
    return { answered: others.length - failed, failed };
  }
}
