/**
 * The shares of one order with handicaps: how probable is it that a category has the most, where the shares of others count for
 * less? The posterior is Dirichlet(v + 1, w + 1, t + 1), so the shares are sums of the spacings of n + 2 uniform points (S. S.
 * Wilks, Mathematical Statistics, 1962, 8.7). The share of v votes exceeds x where at most v points lie in an interval of length
 * x; with j points in it, what exceeds x is the share of v - j votes. Every probability here is therefore a finite sum over
 * points, with terms that are races without handicaps.
 */

/** Votes for a category, and for its two rivals. */
export type Race = readonly [own: number, rival: number, other: number];

/** The probability that `own` has the most, given the handicaps of two of the three; the third has none. */
export interface Handicapped {
  rivalsBehind(rival: number, other: number): number;
  ownAndOtherBehind(own: number, other: number): number;
  ownAndRivalBehind(own: number, rival: number): number;
}

export function handicapped([own, rival, other]: Race): Handicapped {
  const points = own + rival + other + 2;
  const rivalBeatsOwn = firstOfTwo(own, rival);
  const otherBeatsOwn = firstOfTwo(own, other);
  // `own` wins unless a rival exceeds its handicap by more than the share of `own`.
  const rivalWins = oneHandicap(points, rival, (left) => rivalBeatsOwn(own, left));
  const otherWins = oneHandicap(points, other, (left) => otherBeatsOwn(own, left));
  const bothWin = twoHandicaps(
    points,
    rival,
    other,
    smallestOfThree(own, rival, other, () => 1),
  );
  // `own` wins where it beats the category without a handicap, unless the third one beats `own`.
  const beatsRival = oneHandicap(points, own, (left) => 1 - rivalBeatsOwn(left, rival));
  const betweenRivalAndOther = twoHandicaps(points, own, other, smallestOfThree(rival, own, other, otherBeatsOwn));
  const beatsOther = oneHandicap(points, own, (left) => 1 - otherBeatsOwn(left, other));
  const betweenOtherAndRival = twoHandicaps(points, own, rival, smallestOfThree(other, own, rival, rivalBeatsOwn));
  return {
    rivalsBehind: (x, y) => 1 - rivalWins(x) - otherWins(y) + bothWin(x, y),
    ownAndOtherBehind: (x, y) => beatsRival(x) - betweenRivalAndOther(x, y),
    ownAndRivalBehind: (x, y) => beatsOther(x) - betweenOtherAndRival(x, y),
  };
}

type PointSum = (x: number, y: number) => number;

/**
 * The probability that the first share is the smaller of two, by their votes up to these. Shares compare as the times at which a
 * coin has come down votes + 1 times for each, so it follows from whom the first throw is for: from fewer votes.
 */
function firstOfTwo(first: number, second: number): (first: number, second: number) => number {
  const width = second + 1;
  const table: number[] = [];
  for (let i = 0, at = 0; i <= first; i += 1) {
    for (let k = 0; k <= second; k += 1, at += 1) {
      table[at] = ((i > 0 ? (table[at - width] ?? 0) : 1) + (k > 0 ? (table[at - 1] ?? 0) : 0)) / 2;
    }
  }
  return (i, k) => table[i * width + k] ?? 0;
}

/**
 * The probability that the first share is the smallest of three, times what `then` says of the other two: a table by their votes.
 */
function smallestOfThree(
  first: number,
  second: number,
  third: number,
  then: (second: number, third: number) => number,
): readonly number[] {
  const width = third + 1;
  const table: number[] = [];
  for (let i = 0, at = 0; i <= second; i += 1) for (let k = 0; k <= third; k += 1, at += 1) table[at] = then(i, k);
  for (let votes = 0; votes <= first; votes += 1) {
    for (let i = 0, at = 0; i <= second; i += 1) {
      for (let k = 0; k <= third; k += 1, at += 1) {
        const fewer = (i > 0 ? (table[at - width] ?? 0) : 0) + (k > 0 ? (table[at - 1] ?? 0) : 0);
        table[at] = ((table[at] ?? 0) + fewer) / 3;
      }
    }
  }
  return table;
}

/** The sum over j of P(j of the points lie in an interval of length x) * wins(votes - j). */
function oneHandicap(points: number, votes: number, wins: (left: number) => number): (x: number) => number {
  const terms: number[] = [];
  let ways = 1;
  for (let j = 0; j <= votes; j += 1) {
    terms[j] = ways * wins(votes - j);
    ways *= (points - j) / (j + 1);
  }
  return (x) => {
    const outside = 1 - x;
    let sum = 0;
    let inside = 1;
    for (let j = 0; j <= votes; j += 1) {
      sum = sum * outside + (terms[j] ?? 0) * inside;
      inside *= x;
    }
    return sum * power(outside, points - votes);
  };
}

/** The same over j points in an interval of length x and k in one of length y. */
function twoHandicaps(points: number, first: number, second: number, wins: readonly number[]): PointSum {
  const terms: number[] = [];
  let ofFirst = 1;
  for (let j = 0, at = 0; j <= first; j += 1) {
    let ways = ofFirst;
    for (let k = 0; k <= second; k += 1, at += 1) {
      terms[at] = ways * (wins[wins.length - 1 - at] ?? 0);
      ways *= (points - j - k) / (k + 1);
    }
    ofFirst *= (points - j) / (j + 1);
  }
  return (x, y) => {
    const outside = 1 - x - y;
    if (outside <= 0) return 0;
    let sum = 0;
    let inFirst = 1;
    for (let j = 0, at = 0; j <= first; j += 1) {
      let ofRow = 0;
      let inSecond = inFirst;
      for (let k = 0; k <= second; k += 1, at += 1) {
        ofRow = ofRow * outside + (terms[at] ?? 0) * inSecond;
        inSecond *= y;
      }
      sum = sum * outside + ofRow;
      inFirst *= x;
    }
    return sum * power(outside, points - first - second);
  };
}

/** By squaring, which takes a fraction of the time of `**`. */
function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left >>= 1) {
    if (left & 1) result *= square;
    square *= square;
  }
  return result;
}
