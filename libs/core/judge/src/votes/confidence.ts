/**
 * The probability that a side with `votes` of `votes + against` valid votes would win with unlimited votes: the posterior of a
 * share over one half under a Beta(1,1) prior, P(X > 1/2 | Beta(votes + 1, against + 1)). One vote gives 0.75, a tie 0.5. It
 * measures how sure the judge is, not how right.
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

/**
 * The standard normal distribution function, by the rational approximation 7.1.26 of Abramowitz and Stegun for the error
 * function, accurate to 1.5e-7.
 */
export function normalDistribution(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - polynomial * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}
