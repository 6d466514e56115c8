/**
 * Log-probabilities of given tokens: a small model that predicts by matching, as a function of the token numbers alone.
 *
 * A token costs much where it is new, little where it stood before, and less where it stood before after the same one or two
 * tokens. Where those two were seen to go on otherwise, it costs more: a text that concludes against its context ("Thus,
 * Response A ..") pays at the word that differs. So a text that quotes its context, and concludes as it does, is far cheaper
 * after it than alone, which is what a likelihood ratio measures.
 */

/** Base and spread of the natural logarithm where the match is none, the token, the token and one before, and two before. */
const costs = { none: [-1.5, 6], token: [-0.3, 1.4], pair: [-0.1, 0.6], triple: [-0.01, 0.1] } as const;
const contradiction = -2;

const mix = (left: number, right: number): number => {
  const word = Math.imul(left ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return Math.imul(word ^ (word >>> 15), 0x2c1b3c6d);
};

/**
 * The natural logarithm for each token given those before it, the context's among them; null for the very first. Rounded, so
 * that it reads the same in JSON.
 */
export function scoreIds(ids: readonly number[], context: readonly number[] = []): (number | null)[] {
  const tokens = new Set<number>();
  const pairs = new Set<number>();
  const triples = new Set<number>();
  /** Pairs that something came after. */
  const ledOn = new Set<number>();
  const scores: (number | null)[] = [];
  let last = 0;
  let lastTwo = 0;
  for (const [at, id] of [...context, ...ids].entries()) {
    const pair = mix(last, id);
    const triple = mix(lastTwo, id);
    if (at >= context.length) {
      const [base, spread] =
        costs[triples.has(triple) ? 'triple' : pairs.has(pair) ? 'pair' : tokens.has(id) ? 'token' : 'none'];
      const extra = ledOn.has(lastTwo) && !triples.has(triple) ? contradiction : 0;
      const logprob = base + extra - (spread * (pair >>> 8)) / 2 ** 24;
      scores.push(at === 0 ? null : Math.round(logprob * 1e6) / 1e6);
    }
    tokens.add(id);
    if (at >= 1) pairs.add(pair);
    if (at >= 2) {
      triples.add(triple);
      ledOn.add(lastTwo);
    }
    last = id;
    lastTwo = pair;
  }
  return scores;
}

/** A token as chat answers list it. */
export const listed = (token: string, logprob: number): { token: string; logprob: number; bytes: number[] } => ({
  token,
  logprob,
  bytes: [...Buffer.from(token)],
});

/** `prompt_logprobs`: null for the first token, then an object that has the actual token under its number. */
export function promptLogprobs(tokens: readonly string[], ids: readonly number[]): (Record<string, unknown> | null)[] {
  return scoreIds(ids).map((logprob, at) =>
    logprob === null
      ? null
      : { [ids[at] ?? 0]: { logprob, rank: logprob > -1 ? 1 : 40, decoded_token: tokens[at] ?? '' } },
  );
}
