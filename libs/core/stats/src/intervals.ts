/** Shares with their 95 % intervals. */
import type { Spread } from '@proofmill/contract';

/** A share of `n` things, and between which bounds it would lie, 95 times of 100, for the judge on further items like these. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** The 97.5 % point of the normal distribution. */
export const z95 = 1.959963984540054;
/** Its 99.99 % point. */
const zSure = 3.719016485455709;

/**
 * The score interval of a share that was seen in `trials` independent trials (a number above 0, not always whole). Unlike
 * share +- 1.96 standard errors it stays within 0 and 1 and holds for few trials and for shares at the ends (E. B. Wilson,
 * Probable inference, the law of succession, and statistical inference, JASA 22, 1927).
 */
export function wilson(share: number, trials: number, z = z95): { low: number; high: number } {
  const denominator = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / denominator;
  const half = (z / denominator) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  // At the ends the exact bound is the end; rounding would miss it by a hair.
  return { low: share === 0 ? 0 : centre - half, high: share === 1 ? 1 : centre + half };
}

/** Whether a share of independent trials is above a bound by more than chance explains: one time of 10,000 it is not. */
export const isSurelyAbove = (bound: number, part: number, whole: number): boolean =>
  whole > 0 && wilson(part / whole, whole, zSure).low > bound;

/** `part` of `whole`, each of the whole by itself, as rows are. Null where `whole` is 0. */
export function shareOf(part: number, whole: number): Estimate | null {
  if (whole === 0) return null;
  const value = part / whole;
  return { value, ...wilson(value, whole), n: whole };
}

/**
 * `part` of `whole` where the whole comes in records, as votes do: votes of one record go together, and as many votes of many
 * records would say more. The interval is Wilson's for the effective number of votes.
 */
export function clusteredShareOf(part: number, whole: number, spread: Spread): Estimate | null {
  if (whole === 0) return null;
  const value = part / whole;
  return { value, ...wilson(value, effectiveNumber(value, whole, spread)), n: whole };
}

/**
 * How many independent votes the votes of these records are worth: whole / design effect (L. Kish, Survey sampling, 1965). The
 * design effect is the variance of the share over records (the ratio estimator: sum of (part - share * whole)^2, W. G. Cochran,
 * Sampling techniques, 1977, 6.3) over that of independent votes: 1 for one vote a record, m where the m votes of a record are
 * always alike. Never more than the number of votes, also where they balance within a record. Where all votes of all records are
 * alike their spread says nothing: then a record counts as one. With few records, 30 say, it is a rough guess.
 */
function effectiveNumber(share: number, whole: number, spread: Spread): number {
  const { rows, partSquared, partTimesWhole, wholeSquared } = spread;
  if (rows < 2 || share === 0 || share === 1) return Math.max(1, Math.min(rows, whole));
  const squares = Math.max(0, partSquared - 2 * share * partTimesWhole + share ** 2 * wholeSquared);
  const designEffect = squares / (whole * share * (1 - share));
  return Math.max(1, whole / Math.max(1, designEffect));
}
