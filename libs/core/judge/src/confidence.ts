/**
 * The probability that a side with `votes` of `votes + against` valid votes would win with unlimited votes: the posterior of a
 * share over one half under a Beta(1,1) prior, P(X > 1/2 | Beta(votes + 1, against + 1)). One vote gives 0.75, a tie 0.5. It
 * says how settled the judge is, not how right.
 *
 * For whole numbers this is P(Binomial(n + 1, 1/2) <= votes) with n = votes + against (Abramowitz and Stegun, 26.5.24).
 */
export function majorityConfidence(votes: number, against: number): number {
  const trials = votes + against + 1;
  let term = 2 ** -trials;
  let sum = 0;
  for (let successes = 0; successes <= votes; successes += 1) {
    sum += term;
    term *= (trials - successes) / (successes + 1);
  }
  return Math.min(1, sum);
}
