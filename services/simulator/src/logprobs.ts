/**
 * Log-probabilities of given tokens, as a function of the tokens alone: a token that stood before in the text is likely, a
 * new one is not. So words are cheaper after a prompt that holds them, which is what a likelihood ratio measures.
 */
import { tokenId } from './tokens.ts';

/** One token with the natural logarithm of its probability; null for the first of a text. */
export interface ScoredToken {
  readonly token: string;
  readonly logprob: number | null;
}

/** Scores tokens in their context, each given those before it. */
export function scoreTokens(tokens: readonly string[], context: readonly string[] = []): ScoredToken[] {
  const seen = new Set(context);
  let before = context.length === 0 ? null : tokenId(context[context.length - 1] ?? '');
  return tokens.map((token) => {
    const id = tokenId(token);
    if (before === null) {
      before = id;
      seen.add(token);
      return { token, logprob: null };
    }
    const chance = ((Math.imul(id, 0x9e3779b1) ^ Math.imul(before, 0x85ebca6b)) >>> 8) / 2 ** 24;
    const logprob = seen.has(token) ? -0.05 - 0.9 * chance : -1.5 - 6 * chance;
    seen.add(token);
    before = id;
    return { token, logprob: Math.round(logprob * 1e6) / 1e6 };
  });
}

/** A token as chat answers list it. */
export const listed = (token: string, logprob: number): { token: string; logprob: number; bytes: number[] } => ({
  token,
  logprob,
  bytes: [...Buffer.from(token)],
});

/** `prompt_logprobs`: null for the first token, then an object that has the actual token under its number. */
export function promptLogprobs(scored: readonly ScoredToken[]): (Record<string, unknown> | null)[] {
  return scored.map(({ token, logprob }) =>
    logprob === null ? null : { [tokenId(token)]: { logprob, rank: logprob > -1 ? 1 : 40, decoded_token: token } },
  );
}
