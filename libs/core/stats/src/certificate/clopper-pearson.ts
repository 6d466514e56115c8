/**
 * The upper end of the one-sided interval of C. J. Clopper and E. S. Pearson (The use of confidence or fiducial limits illustrated in the
 * case of the binomial, Biometrika 26, 1934): the share r of errors at which `errors` or fewer of `n` independent rows are wrong with
 * probability `delta`. A true share above it would have shown more errors, 1 - delta of the time. 1 where there are no rows.
 */
export function upperBound(errors: number, n: number, delta: number): number {
  if (errors >= n) return 1;
  let low = errors / n;
  let high = 1;
  // 60 halvings leave less than the distance between two numbers near 1.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(errors, n, middle) > delta) low = middle;
    else high = middle;
  }
  return high;
}

/** The fewest rows of which none is wrong that show a share of errors of `share` at most: ceil(ln delta / ln(1 - share)). */
export const fewestRows = (share: number, delta: number): number => Math.ceil(Math.log(delta) / Math.log(1 - share));

/** P(X <= errors) for X ~ Binomial(n, r), where r >= errors / n: the terms fall from the last one down, so that it is summed from there. */
function atMost(errors: number, n: number, r: number): number {
  if (r >= 1) return 0;
  let logLast = errors * Math.log(r) + (n - errors) * Math.log1p(-r);
  for (let i = 1; i <= errors; i += 1) logLast += Math.log((n - errors + i) / i);
  if (errors === 0) return Math.exp(logLast);
  let term = 1;
  let sum = 1;
  for (let i = errors; i > 0; i -= 1) {
    term *= (i / (n - i + 1)) * ((1 - r) / r);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return Math.exp(logLast) * sum;
}
