/**
 * P(T <= t) for Student's distribution with a whole number of degrees of freedom, by its finite series (M. Abramowitz, I. A. Stegun, Handbook of
 * mathematical functions, 1964, 26.7.3 and 26.7.4).
 */
export function studentBelow(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= freedom - 2; power += 2) {
    term *= ((power - 1) / power) * cosine ** 2;
    sum += term;
    if (term < 1e-18) break;
  }
  const within = isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return (1 + within) / 2;
}

/**
 * The probability of a mean difference this low or lower where there is none: a one-sided paired test whose standard error is clustered by prompt
 * (E. Miller, Adding error bars to evals, arXiv 2411.00640, 2024), with one degree of freedom less than there are clusters (A. C. Cameron
 * and D. L. Miller, A practitioner's guide to cluster-robust inference, Journal of Human Resources 50, 2015). Null for fewer than two clusters.
 */
export function belowByChance(
  difference: number,
  spread: { readonly variance: number; readonly clusters: number } | null,
): number | null {
  if (!spread) return null;
  // Where all prompts agree, nothing is left to chance.
  if (spread.variance === 0) return difference < 0 ? 0 : 1;
  return studentBelow(difference / Math.sqrt(spread.variance), spread.clusters - 1);
}
