/** The total of a quantity over many items, expected from a few that were drawn from them. */
import { student95 } from './student.ts';

export interface Observed {
  /** Of the item, as it is known of all items. */
  readonly length: number;
  readonly value: number;
}

/** What the observed items were drawn from: how many, and the sum of their lengths. */
export interface Population {
  readonly items: number;
  readonly length: number;
}

/** An expected total and its 95 % interval; no interval where one item alone was observed. */
export interface Expected {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** With fewer items a line through them is mostly chance. */
const fewestForLine = 8;

/**
 * The items of a corpus differ in length more than in anything else, and the lengths of all are known. So a line is fitted through the
 * observed values, by length, and read at the mean length of all items (the regression estimator: W. G. Cochran, Sampling techniques, 1977,
 * 7.1). Its interval is Student's, and is wider the further the observed lengths are from those of the whole. With fewer than eight items, or
 * where all have one length, it is the mean. That the observed items are a part of the whole narrows nothing: answers vary from run to run.
 */
export function expectedTotal(observed: readonly Observed[], population: Population): Expected {
  const count = observed.length;
  const mean = meanOf(observed, ({ value }) => value);
  const meanLength = meanOf(observed, ({ length }) => length);
  const squares = sumOf(observed, ({ length }) => (length - meanLength) ** 2);
  const hasLine = count >= fewestForLine && squares > 0;
  const slope = hasLine ? sumOf(observed, ({ length, value }) => (length - meanLength) * (value - mean)) / squares : 0;
  const distance = population.length / population.items - meanLength;
  const atMean = mean + slope * distance;
  const total = (perItem: number): number => Math.max(0, perItem) * population.items;
  const freedom = count - (hasLine ? 2 : 1);
  if (freedom < 1) return { value: total(atMean), low: null, high: null };
  const left = sumOf(observed, ({ length, value }) => (value - mean - slope * (length - meanLength)) ** 2);
  const error = Math.sqrt((left / freedom) * (1 / count + (hasLine ? distance ** 2 / squares : 0)));
  const half = student95(freedom) * error;
  return { value: total(atMean), low: total(atMean - half), high: total(atMean + half) };
}

const sumOf = (observed: readonly Observed[], measure: (each: Observed) => number): number =>
  observed.reduce((sum, each) => sum + measure(each), 0);

const meanOf = (observed: readonly Observed[], measure: (each: Observed) => number): number =>
  sumOf(observed, measure) / observed.length;
