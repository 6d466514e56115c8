/** Which response of a pair is the better one. The order in which they are shown does not matter. */
import { digestOfText, fractionOf } from '../digest.ts';
import type { Gold } from './gold.ts';
import { rankOf } from './known-item.ts';

/** The texts of a pair in the order shown. */
interface ShownPair {
  readonly question: string;
  readonly responseA: string;
  readonly responseB: string;
}

export interface Truth {
  readonly better: 'A' | 'B';
  /** Why it is better, where the corpus says so. */
  readonly explanation: string | null;
}

/** How good a response is where no corpus says: a fixed number in [0, 1), so that any set of responses has an order. */
export const qualityOf = (question: string, response: string): number =>
  fractionOf(digestOfText(JSON.stringify([question.trim(), response.trim()])), 0);

/** What the corpus says about a known pair; for any other, the response of higher quality. */
export function truthOf({ question, responseA, responseB }: ShownPair, gold: Gold): Truth {
  const item = gold.find(question, responseA, responseB);
  const [rankA, rankB] = [rankOf(item, responseA), rankOf(item, responseB)];
  if (item && rankA !== null && rankB !== null && rankA !== rankB) {
    return { better: rankA > rankB ? 'A' : 'B', explanation: item.explanation };
  }
  const asked = item?.question ?? question;
  return { better: qualityOf(asked, responseA) >= qualityOf(asked, responseB) ? 'A' : 'B', explanation: null };
}
