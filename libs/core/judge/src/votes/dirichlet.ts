/**
 * Confidence where a judge may call a tie: the posterior of an order is Dirichlet(v + 1, w + 1, t + 1). One order is a finite
 * sum. Of two orders, the shares of one are handicaps for the other one, and the mean over them is an integral over the triangle
 * of its shares, by the rule of Gauss and Legendre. Its error is below 1e-5 where the confidence is above 0.9, and below 1e-4
 * everywhere (confidence.test.ts).
 */
import { gaussLegendre } from './gauss-legendre.ts';
import { type Handicapped, handicapped, type Race } from './handicapped.ts';
import type { Side, Tally } from './tally.ts';

const rivalsOf = { one: ['other', 'tie'], other: ['one', 'tie'], tie: ['one', 'other'] } as const;

/** The probability that `side` has the largest mean share. `orders`: one or two. */
export function dirichletConfidence(side: Side, orders: readonly Tally[]): number {
  const [rival, other] = rivalsOf[side];
  const races = orders.map((tally): Race => [tally[side], tally[rival], tally[other]]);
  // Which order is integrated over must not depend on which comes first.
  const [fewer, more] = races.sort((a, b) => votesOf(a) - votesOf(b) || a[0] - b[0] || a[1] - b[1]);
  if (!fewer) return 0;
  return more ? meanOver(fewer, handicapped(more), pointsFor(fewer, more)) : handicapped(fewer).rivalsBehind(0, 0);
}

const votesOf = ([own, rival, other]: Race): number => own + rival + other;

const pointsFor = (one: Race, two: Race): number =>
  Math.max(6, Math.ceil(1.2 * Math.sqrt(votesOf(one) + votesOf(two))));

/** The logarithm of a density, relative to its peak, that changes no digit that matters. */
const negligible = -20;

/** A point of the triangle: the largest share and the other two. */
type Shares = readonly [largest: number, next: number, last: number];

const middle: Shares = [1 / 3, 1 / 3, 1 / 3];
const corner: Shares = [1, 0, 0];
const ridge: Shares = [2 / 3, 1 / 6, 1 / 6];

/**
 * Where one share is the largest, in pieces in which the probability is one polynomial: beyond a share of 2/3 the handicaps of
 * the other two add up to more than 1, and not both can be exceeded.
 */
const pieces: readonly (readonly [Shares, Shares, Shares, Shares])[] = [
  [middle, [1 / 2, 0, 1 / 2], [2 / 3, 0, 1 / 3], ridge],
  [middle, [1 / 2, 1 / 2, 0], [2 / 3, 1 / 3, 0], ridge],
  [[2 / 3, 0, 1 / 3], [2 / 3, 1 / 3, 0], corner, corner],
];

/** The mean of a probability over the shares of an order, with `size` * `size` points in each piece. */
export function meanOver(race: Race, probability: Handicapped, size: number): number {
  const points = pointsOf(size);
  const total = votesOf(race);
  const peak = race.reduce((sum, votes) => sum + (votes === 0 ? 0 : votes * Math.log(votes / total)), 0);
  let [sum, all] = [0, 0];
  const add = (largest: number, next: number, last: number, wins: Handicapped['rivalsBehind']): void => {
    for (const point of points) {
      const density = largest * point.logLargest + next * point.logNext + last * point.logLast - peak;
      if (density < negligible) continue;
      const mass = point.weight * Math.exp(density);
      all += mass;
      sum += mass * wins(point.toNext, point.toLast);
    }
  };
  const [own, rival, other] = race;
  add(own, rival, other, probability.rivalsBehind);
  add(rival, own, other, probability.ownAndOtherBehind);
  add(other, own, rival, probability.ownAndRivalBehind);
  return sum / all;
}

interface WeightedPoint {
  readonly weight: number;
  readonly logLargest: number;
  readonly logNext: number;
  readonly logLast: number;
  /** How far the other shares are behind the largest. */
  readonly toNext: number;
  readonly toLast: number;
}

const pointsBySize = new Map<number, readonly WeightedPoint[]>();

function pointsOf(size: number): readonly WeightedPoint[] {
  const known = pointsBySize.get(size);
  if (known) return known;
  const found = pieces.flatMap((piece) => pointsIn(piece, size));
  pointsBySize.set(size, found);
  return found;
}

/** A quadrilateral as the image of a square, with the sides that meet at a point spanning the area around it. */
function pointsIn([a, b, c, d]: (typeof pieces)[number], size: number): WeightedPoint[] {
  const { points, weights } = gaussLegendre(size);
  const along = (one: Shares, two: Shares, t: number): Shares => mixed(one, 1 - t, two, t);
  return points.flatMap((p, i) =>
    points.map((q, j) => {
      const [largest, next, last] = along(along(a, b, p), along(d, c, p), q);
      const byP = mixed(along(b, c, q), 1, along(a, d, q), -1);
      const byQ = mixed(along(d, c, p), 1, along(a, b, p), -1);
      const area = Math.abs(byP[1] * byQ[2] - byP[2] * byQ[1]);
      return {
        weight: area * (weights[i] ?? 0) * (weights[j] ?? 0),
        logLargest: Math.log(largest),
        logNext: Math.log(next),
        logLast: Math.log(last),
        toNext: largest - next,
        toLast: largest - last,
      };
    }),
  );
}

const mixed = (one: Shares, x: number, two: Shares, y: number): Shares => [
  x * one[0] + y * two[0],
  x * one[1] + y * two[1],
  x * one[2] + y * two[2],
];
