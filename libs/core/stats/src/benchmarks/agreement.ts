/** Two judges on the same comparisons: McNemar's test and Cohen's kappa. */

/**
 * The exact test of McNemar: the two-sided probability of a split as uneven as this one, or more, of the comparisons that only one
 * of two judges has right, where each is as likely to be the one (Q. McNemar, Psychometrika 12, 1947; exact as the sign test of 2 *
 * min(b, c) of b + c). It takes comparisons as independent, which those of one prompt are not.
 */
export function mcNemar(onlyFirst: number, onlySecond: number): number {
  const trials = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  let logTerm = -trials * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k += 1) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((trials - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

/**
 * Cohen's kappa: (observed - expected agreement) / (1 - expected agreement), where what is expected follows from how often each says
 * what (J. Cohen, Educational and psychological measurement 20, 1960). Null where both always say the same one thing, or nothing.
 */
export class Kappa {
  readonly #first = new Map<string, number>();
  readonly #second = new Map<string, number>();
  #alike = 0;
  #all = 0;

  add(first: string, second: string): void {
    this.#first.set(first, (this.#first.get(first) ?? 0) + 1);
    this.#second.set(second, (this.#second.get(second) ?? 0) + 1);
    this.#alike += Number(first === second);
    this.#all += 1;
  }

  /** The share of comparisons on which both say the same. */
  get agreement(): number | null {
    return this.#all === 0 ? null : this.#alike / this.#all;
  }

  get kappa(): number | null {
    const { agreement } = this;
    if (agreement === null) return null;
    let expected = 0;
    for (const [said, count] of this.#first) expected += (count * (this.#second.get(said) ?? 0)) / this.#all ** 2;
    return expected === 1 ? null : (agreement - expected) / (1 - expected);
  }
}
