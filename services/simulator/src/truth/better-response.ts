/**
 * Which response of a pair is the better one, and how sure the judge is of it. Neither depends on the order shown.
 *
 * `uniform` draws the accuracy of each item from [0.5, 1), so the share of votes for a given response is uniform on [0, 1):
 * the case in which the Beta(1,1) posterior of a label is exactly the probability that the label is right.
 */
import { digestOfText, fractionOf } from '../draw.ts';
import type { Frame } from '../prompt/comparison.ts';
import { createGold, type Gold, rankOf } from './gold.ts';
import { type Pair, pairOf } from '../prompt/pair-identity.ts';

/** How often one vote is right: spread evenly over `mean` +- `spread` item by item, or `uniform`. */
export type Accuracy = { readonly mean: number; readonly spread: number } | 'uniform';

/** The texts of a pair. */
type Shown = Pick<Frame, 'question' | 'responseA' | 'responseB'>;

/** What the judge holds about a pair. */
export interface Truth {
  /** The better one as shown. */
  readonly better: 'A' | 'B';
  /** Why, where the pair is known and its record says. */
  readonly explanation: string | null;
}

/** How good a response is where no corpus says: a number in [0, 1) of its own, so that any number of them have an order. */
export const qualityOf = (question: string, response: string): number =>
  fractionOf(digestOfText(JSON.stringify([question.trim(), response.trim()])), 0);

/** What the corpus says of a known pair, else the responses' own qualities. */
export function truthOf({ question, responseA, responseB }: Shown, gold: Gold): Truth {
  const item = gold.find(question, responseA, responseB);
  const [rankA, rankB] = [rankOf(item, responseA), rankOf(item, responseB)];
  if (item && rankA !== null && rankB !== null && rankA !== rankB) {
    return { better: rankA > rankB ? 'A' : 'B', explanation: item.explanation };
  }
  const asked = item?.question ?? question;
  return { better: qualityOf(asked, responseA) >= qualityOf(asked, responseB) ? 'A' : 'B', explanation: null };
}

/** The probability that one vote on the pair is right, apart from position bias. */
export function accuracyOf(pair: Pair, accuracy: Accuracy): number {
  const place = fractionOf(pair.digest, 1);
  if (accuracy === 'uniform') return 0.5 + place / 2;
  // The spread shrinks near 0 and 1, so that the mean stays what was asked for.
  const spread = Math.min(accuracy.spread, accuracy.mean, 1 - accuracy.mean);
  return accuracy.mean + spread * (2 * place - 1);
}

/** The probability of the verdict A: the accuracy, moved by `positionBias` towards the response shown first. */
export function probabilityOfA(truth: Truth, accuracy: number, positionBias: number): number {
  const unbiased = truth.better === 'A' ? accuracy : 1 - accuracy;
  return Math.min(1, Math.max(0, unbiased + positionBias));
}

const nothingKnown = createGold([]);

/**
 * Which share of all the votes that could be cast on two responses is for `one`, for a judge without position bias and a pair
 * that no corpus tells apart: what labels made of few votes can be held against.
 */
export function voteShareOf(question: string, one: string, other: string, accuracy: Accuracy): number {
  const truth = truthOf({ question, responseA: one, responseB: other }, nothingKnown);
  return probabilityOfA(truth, accuracyOf(pairOf(question, one, other), accuracy), 0);
}
