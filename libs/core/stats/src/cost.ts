/** What tokens cost by the prices of a job. */
import { allTokens, type Price, type StagePrices, type Tokens, type Totals } from '@proofmill/contract';

const million = 1_000_000;

const costOfTokens = (price: Price, { prompt, completion }: Tokens): number | null =>
  prompt === null || completion === null ? null : (prompt * price.prompt + completion * price.completion) / million;

/**
 * What a stage has cost, in the currency of its prices; null where a price that counts is not known, or the engine does not count tokens. The first judge's tokens for
 * records that failed are not told apart, and count at the price of the stage's own judge.
 */
export function costOf(
  { own, first }: StagePrices,
  { tokens, firstTokens }: Pick<Totals, 'tokens' | 'firstTokens'>,
): number | null {
  if (own === null) return null;
  if (allTokens(firstTokens) === 0) return costOfTokens(own, tokens);
  if (first === null) return null;
  const ownTokens = {
    prompt: less(tokens.prompt, firstTokens.prompt),
    completion: less(tokens.completion, firstTokens.completion),
  };
  return sumOfCosts([costOfTokens(own, ownTokens), costOfTokens(first, firstTokens)]);
}

const less = (whole: number | null, part: number | null): number | null =>
  whole === null || part === null ? null : whole - part;

/** The sum of the costs of stages; null where one is not known. */
export const sumOfCosts = (costs: readonly (number | null)[]): number | null =>
  costs.reduce<number | null>((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0);

/** `12.30`; `0.0412` where it is less than one. */
export const costText = (cost: number): string => cost.toFixed(cost < 1 ? 4 : 2);
