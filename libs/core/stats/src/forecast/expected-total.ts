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
/** An item that is nearly alone in its length decides the line alone, and nothing says how well. */
const mostLeverage = 0.999;

/**
 * The items of a corpus differ in length more than in anything else, and the lengths of all are known. So a line is fitted through the
 * observed values, by length, and read at the mean length of all items (the regression estimator: W. G. Cochran, Sampling techniques, 1977,
 * 7.1). With fewer than eight items, or where lengths make no line, it is the mean.
 *
 * The interval is Student's, with errors that make no assumption on how much the values of short and of long items vary (HC3: J. G. MacKinnon,
 * H. White, Journal of econometrics 29, 1985): each item counts by how far it lies from the line through the others. It is wider the further the
 * observed lengths are from those of the whole. That the observed items are a part of the whole narrows nothing, since answers vary from run to
 * run; but no bound is below what these took.
 */
export function expectedTotal(observed: readonly Observed[], population: Population): Expected {
  const count = observed.length;
  const mean = meanOf(observed, ({ value }) => value);
  const meanLength = meanOf(observed, ({ length }) => length);
  const squares = sumOf(observed, ({ length }) => (length - meanLength) ** 2);
  const leverageOf = ({ length }: Observed): number => 1 / count + (length - meanLength) ** 2 / squares;
  const hasLine = count >= fewestForLine && squares > 0 && observed.every((each) => leverageOf(each) < mostLeverage);
  const slope = hasLine ? sumOf(observed, ({ length, value }) => (length - meanLength) * (value - mean)) / squares : 0;
  const distance = population.length / population.items - meanLength;
  const expected = mean + slope * distance;
  const seen = sumOf(observed, ({ value }) => value);
  const total = (perItem: number): number => Math.max(seen, perItem * population.items);
  if (count < 2) return { value: total(expected), low: null, high: null };
  const variance = sumOf(observed, (each) => {
    const { length, value } = each;
    const weight = 1 / count + (hasLine ? (distance * (length - meanLength)) / squares : 0);
    const left = value - mean - slope * (length - meanLength);
    return ((weight * left) / (1 - (hasLine ? leverageOf(each) : 1 / count))) ** 2;
  });
  const half = student95(count - (hasLine ? 2 : 1)) * Math.sqrt(variance);
  return { value: total(expected), low: total(expected - half), high: total(expected + half) };
}

const sumOf = (observed: readonly Observed[], measure: (each: Observed) => number): number =>
  observed.reduce((sum, each) => sum + measure(each), 0);

const meanOf = (observed: readonly Observed[], measure: (each: Observed) => number): number =>
  sumOf(observed, measure) / observed.length;
