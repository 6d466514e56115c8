/**
 * The likelihood of given tokens, from a small model that predicts by matching: a function of the token numbers alone.
 *
 * A token is unlikely where it is new, likely where it has occurred before, and likelier still where it followed the same one
 * or two tokens. It is less likely where those two were followed by something else: a text that concludes against its context
 * ("Thus, Response A ..") pays at the word that differs. So a text that quotes its context and concludes as it does is far
 * likelier after it than alone, which is what a likelihood ratio measures.
 */

/** Base and spread of the natural logarithm, by the longest match: none, the token, the token after one, after two others. */
const logprobByMatch = { none: [-1.5, 6], token: [-0.3, 1.4], pair: [-0.1, 0.6], triple: [-0.01, 0.1] } as const;
const contradiction = -2;

const mix = (left: number, right: number): number => {
  const word = Math.imul(left ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return Math.imul(word ^ (word >>> 15), 0x2c1b3c6d);
};

/**
 * The natural logarithm of each token's probability, given the tokens ahead of it and those of the context; null for the very
 * first token. Rounded, so that it reads the same in JSON.
 */
export function logprobsOf(ids: readonly number[], context: readonly number[] = []): (number | null)[] {
  const tokens = new Set<number>();
  const pairs = new Set<number>();
  const triples = new Set<number>();
  const pairsWithSuccessor = new Set<number>();
  const logprobs: (number | null)[] = [];
  let last = 0;
  let lastTwo = 0;
  for (const [at, id] of [...context, ...ids].entries()) {
    const pair = mix(last, id);
    const triple = mix(lastTwo, id);
    if (at >= context.length) {
      const match = triples.has(triple) ? 'triple' : pairs.has(pair) ? 'pair' : tokens.has(id) ? 'token' : 'none';
      const [base, spread] = logprobByMatch[match];
      const extra = pairsWithSuccessor.has(lastTwo) && !triples.has(triple) ? contradiction : 0;
      const logprob = base + extra - (spread * (pair >>> 8)) / 2 ** 24;
      logprobs.push(at === 0 ? null : Math.round(logprob * 1e6) / 1e6);
    }
    tokens.add(id);
    if (at >= 1) pairs.add(pair);
    if (at >= 2) {
      triples.add(triple);
      pairsWithSuccessor.add(lastTwo);
    }
    last = id;
    lastTwo = pair;
  }
  return logprobs;
}
