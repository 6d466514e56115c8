/** The `logprobs` of a chat choice. */
import type { WrittenVerdict } from '../judge/answer.ts';
import { type Body, integerField, integersField } from './request-fields.ts';
import { listed, scoreIds } from '../judge/likelihood.ts';
import { badRequest } from './call.ts';
import type { Distribution } from '../judge/one-token-verdict.ts';
import { tokenId, tokensOf, type Vocabulary } from './tokens.ts';

/** How a body wants log-probabilities. */
export interface LogprobFields {
  readonly wanted: boolean;
  readonly top: number;
  /** Instead of the likeliest: these tokens. */
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

/** What could stand in a place that decides nothing. */
const idle = (token: string, logprob: number): Distribution => [
  [token, logprob],
  ...Array.from({ length: mostAlternatives }, (_, rank) => [` ${rank}`, logprob - 3 - rank] as const),
];

/** What could stand in the verdict's place: the token there, and the one of the other verdict. */
const decided = (token: string, other: string, certainty: number): Distribution => [
  [token, Math.log(certainty)],
  [other, Math.log((1 - certainty) * 0.99)],
  ...idle('', Math.log((1 - certainty) * 0.01)).slice(1),
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

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

/** What of an answer decides: a word somewhere in its text, or its first token with all that it could have been. */
export type Deciding =
  | { readonly kind: 'word'; readonly verdict: WrittenVerdict }
  | { readonly kind: 'token'; readonly distribution: Distribution };

/** What could stand in each place of a text. */
function distributionsOf(text: string, deciding: Deciding | null): Distribution[] {
  const tokens = tokensOf(text);
  const scores = scoreIds(tokens.map(tokenId), [tokenId('\n')]);
  const at = deciding?.kind === 'word' ? firstDifference(text, deciding.verdict.otherwise) : -1;
  let end = 0;
  return tokens.map((token, index) => {
    const start = end;
    end += token.length;
    if (deciding?.kind === 'token' && index === 0) return deciding.distribution;
    if (deciding?.kind !== 'word') return idle(token, scores[index] ?? 0);
    const { otherwise, certainty } = deciding.verdict;
    const isHere = start <= at && at < end;
    return isHere ? decided(token, tokenAt(otherwise, at), certainty) : idle(token, scores[index] ?? 0);
  });
}

const rounded = (logprob: number): number => Math.max(-9999, Math.round(logprob * 1e6) / 1e6);

/**
 * As vLLM lists them, before temperature and top-p: in each place the token that is there, then the likeliest ones, of which it
 * mostly is one; or exactly those that were asked for by number.
 */
export function choiceLogprobs(
  text: string,
  deciding: Deciding | null,
  { top, ids }: LogprobFields,
  vocabulary: Vocabulary,
): unknown {
  const tokens = tokensOf(text);
  return {
    content: distributionsOf(text, deciding).map((distribution, index) => {
      const known = new Map(distribution);
      const token = tokens[index] ?? '';
      const own = known.get(token) ?? 0;
      const others = ids
        ? ids.map((id) => vocabulary.tokenOf(id)).map((other) => [other, known.get(other) ?? own - 12] as const)
        : distribution.slice(0, top);
      const shown = new Map([...(ids || top > 0 ? [[token, own] as const] : []), ...others]);
      return {
        ...listed(token, rounded(own)),
        top_logprobs: [...shown].map(([other, logprob]) => listed(other, rounded(logprob))),
      };
    }),
  };
}
