import { logprobsOf } from '../judge/likelihood.ts';

/** `prompt_logprobs`: null for the first token, then an object with the actual token under its number. */
export function promptLogprobs(tokens: readonly string[], ids: readonly number[]): (Record<string, unknown> | null)[] {
  return logprobsOf(ids).map((logprob, at) =>
    logprob === null
      ? null
      : { [ids[at] ?? 0]: { logprob, rank: logprob > -1 ? 1 : 40, decoded_token: tokens[at] ?? '' } },
  );
}
