/** The `logprobs` of a chat choice. */
import type { WrittenVerdict } from '../judge/answer.ts';
import { logprobsOf } from '../judge/likelihood.ts';
import type { Distribution } from '../judge/one-token-verdict.ts';
import { badRequest } from './refusal.ts';
import { type Body, integerField, integersField } from './request-fields.ts';
import { tokenId, tokensOf, type Vocabulary } from './tokens.ts';

/** Which log-probabilities a body asks for. */
export interface LogprobFields {
  readonly wanted: boolean;
  /** Number of likeliest alternatives. */
  readonly top: number;
  /** These tokens in place of the likeliest. */
  readonly ids: readonly number[] | null;
}

const mostAlternatives = 20;

export function logprobFields(body: Body): LogprobFields {
  const wanted = body.logprobs === true;
  const top = integerField(body, 'top_logprobs', 0);
  if (top > 0 && !wanted)
    throw badRequest('when using `top_logprobs`, `logprobs` must be set to true.', 'top_logprobs');
  if (top > mostAlternatives)
    throw badRequest(
      `Requested sample logprobs of ${top}, which is greater than max allowed: ${mostAlternatives}`,
      'logprobs',
    );
  return { wanted, top, ids: integersField(body, 'logprob_token_ids') };
}

/** What decides an answer: a word somewhere in its text, or its first token, with all alternatives to it. */
export type DecidingPart =
  | { readonly kind: 'word'; readonly verdict: WrittenVerdict }
  | { readonly kind: 'token'; readonly distribution: Distribution };

/** Alternatives to a token that decides nothing. */
const indifferent = (token: string, logprob: number): Distribution => [
  [token, logprob],
  ...Array.from({ length: mostAlternatives }, (_, rank) => [` ${rank}`, logprob - 3 - rank] as const),
];

/** Alternatives to the token of a verdict: first of all, the token of the other verdict. */
const decisive = (token: string, alternative: string, certainty: number): Distribution => [
  [token, Math.log(certainty)],
  [alternative, Math.log((1 - certainty) * 0.99)],
  ...indifferent('', Math.log((1 - certainty) * 0.01)).slice(1),
];

/** The token of a text that holds a character. */
function tokenAt(text: string, at: number): string {
  let end = 0;
  for (const token of tokensOf(text)) {
    end += token.length;
    if (at < end) return token;
  }
  return '';
}

function firstDifference(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  return at;
}

/** The alternatives to each token of a text. */
function distributionsOf(text: string, deciding: DecidingPart | null): Distribution[] {
  const tokens = tokensOf(text);
  const logprobs = logprobsOf(tokens.map(tokenId), [tokenId('\n')]);
  const decidingAt = deciding?.kind === 'word' ? firstDifference(text, deciding.verdict.alternative) : -1;
  let end = 0;
  return tokens.map((token, index) => {
    const start = end;
    end += token.length;
    if (deciding?.kind === 'token' && index === 0) return deciding.distribution;
    if (deciding?.kind !== 'word' || decidingAt < start || decidingAt >= end) {
      return indifferent(token, logprobs[index] ?? 0);
    }
    const { alternative, certainty } = deciding.verdict;
    return decisive(token, tokenAt(alternative, decidingAt), certainty);
  });
}

const rounded = (logprob: number): number => Math.max(-9999, Math.round(logprob * 1e6) / 1e6);

const listed = (token: string, logprob: number): { token: string; logprob: number; bytes: number[] } => ({
  token,
  logprob: rounded(logprob),
  bytes: [...Buffer.from(token)],
});

/**
 * As vLLM lists them, before temperature and top-p apply: at each position the actual token, then the likeliest ones (the
 * actual token is usually among them), or exactly those whose numbers the request gives.
 */
export function choiceLogprobs(
  text: string,
  deciding: DecidingPart | null,
  { top, ids }: LogprobFields,
  vocabulary: Vocabulary,
): unknown {
  const tokens = tokensOf(text);
  return {
    content: distributionsOf(text, deciding).map((distribution, index) => {
      const logprobByToken = new Map(distribution);
      const token = tokens[index] ?? '';
      const own = logprobByToken.get(token) ?? 0;
      const alternatives = ids
        ? ids.map(vocabulary.tokenOf).map((named) => [named, logprobByToken.get(named) ?? own - 12] as const)
        : distribution.slice(0, top);
      const shown = new Map([...(ids || top > 0 ? [[token, own] as const] : []), ...alternatives]);
      return { ...listed(token, own), top_logprobs: [...shown].map((entry) => listed(...entry)) };
    }),
  };
}
