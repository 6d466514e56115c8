/** Confidence where a judge has two verdicts: the posterior of a share is Beta(v + 1, w + 1). */

interface TwoSided {
  readonly for: number;
  readonly against: number;
}

/**
 * P(X > 1/2) under Beta(votes + 1, against + 1): one order. One vote gives 0.75.
 *
 * For whole numbers this is P(Binomial(n + 1, 1/2) <= votes) with n = votes + against (Abramowitz and Stegun, 26.5.24).
 */
export function majorityConfidence(votes: number, against: number): number {
  const trials = votes + against + 1;
  return shareBelow(votes + 1, trials, (k) => (trials - k) / (k + 1));
}

/**
 * P(X + Y > 1), the mean share of two orders being above one half. As X + Y > 1 means X > 1 - Y, it is the probability that one
 * proportion exceeds another one, whose posterior is Beta(w + 1, v + 1) of the second order (W. R. Thompson, Biometrika 25, 1933;
 * P. M. E. Altham, Journal of the Royal Statistical Society B 31, 1969). Proportions are places of uniform points among others:
 * how many points of the second order precede X is negative hypergeometric, and 1 - Y precedes X where they are more than its
 * votes against.
 */
export function meanShareConfidence(first: TwoSided, second: TwoSided): number {
  const points = second.for + second.against + 1;
  const ratio = (k: number): number => ((first.for + k + 1) / (k + 1)) * ((points - k) / (first.against + points - k));
  return 1 - shareBelow(second.against + 1, points, ratio);
}

/** The share of the terms ahead of `border` in the terms 0 to `last`; `ratio(k)` is term k + 1 divided by term k. */
function shareBelow(border: number, last: number, ratio: (k: number) => number): number {
  let [below, above, term] = [0, 0, 1];
  for (let k = 0; k <= last; k += 1) {
    if (k < border) below += term;
    else above += term;
    term *= ratio(k);
    if (term < 1e200) continue;
    [below, above, term] = [below * 1e-200, above * 1e-200, term * 1e-200];
  }
  return below / (below + above);
}
