import type { Comparison } from './comparison.ts';

export interface Agreed {
  /** The comparison once; with both orders, once for each order that has a text of its own. None where rows contradict each other. */
  readonly comparisons: readonly Comparison[];
  readonly duplicates: number;
  readonly contradicted: number;
}

/**
 * What several rows say of one comparison. Where they agree, the most certain one counts, then one with a proof ahead of one with a rationale;
 * which of equal ones does not depend on the order in which they come. Memory does not grow with their number.
 */
export class Agreement {
  readonly #bothOrders: boolean;
  readonly #best = new Map<string, Comparison>();
  #added = 0;
  #chosen: string | null = null;
  #isContradicted = false;

  constructor({ bothOrders }: { readonly bothOrders: boolean }) {
    this.#bothOrders = bothOrders;
  }

  add(comparison: Comparison): void {
    this.#added += 1;
    this.#chosen ??= comparison.chosen;
    if (this.#chosen !== comparison.chosen) this.#isContradicted = true;
    if (this.#isContradicted) return;
    const order = this.#bothOrders ? String(comparison.argued?.isChosenFirst) : '';
    const best = this.#best.get(order);
    if (!best || isBetter(comparison, best)) this.#best.set(order, comparison);
  }

  result(): Agreed {
    if (this.#isContradicted) return { comparisons: [], duplicates: 0, contradicted: this.#added };
    const comparisons = [...this.#best.values()].sort(byText);
    return { comparisons, duplicates: this.#added - comparisons.length, contradicted: 0 };
  }
}

function isBetter(one: Comparison, other: Comparison): boolean {
  const [certain, than] = [one.certainty ?? -1, other.certainty ?? -1];
  if (certain !== than) return certain > than;
  const [proved, thanProved] = [one, other].map(({ argued }) => argued?.kind === 'proof');
  if (proved !== thanProved) return proved === true;
  return byText(one, other) < 0;
}

const byText = (one: Comparison, other: Comparison): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
