/** Questions with four answers each, one of them right: what a best-of-n job is for. */
import type { Chance } from './draft.ts';

/** One question with its responses; `best` is the index of the right one. */
export interface Several {
  readonly question: string;
  readonly responses: readonly string[];
  readonly best: number;
}

/** A price with a discount: the wrong answers are the mistakes that people make. */
export function discount(chance: Chance): Several {
  // Not 50: the first mistake below would be right.
  const percent = chance.pick([10, 20, 25, 30, 40]);
  const price = 20 * chance.between(3, 30);
  const off = (price * percent) / 100;
  const right = `${percent}% of ${price} is ${off}, so the price is ${price} - ${off} = ${price - off} euros.`;
  const wrong = [
    `${percent}% of ${price} is ${off}. The price is ${off} euros.`,
    `The price goes down by ${percent} euros: ${price} - ${percent} = ${price - percent - (off === percent ? 1 : 0)} euros.`,
    `With ${percent}% on top it is ${price} + ${off} = ${price + off} euros.`,
  ];
  const responses = chance.shuffle([right, ...wrong]);
  const question = `A coat costs ${price} euros. In the sale it is ${percent}% cheaper. What does it cost now?`;
  return { question, responses, best: responses.indexOf(right) };
}
