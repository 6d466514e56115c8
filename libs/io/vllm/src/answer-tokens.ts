import { type AnswerToken, isScore } from '@proofmill/contract';
import { listAt, objectOf } from './fields.ts';
import { unreadableAnswer } from './unusable-answer.ts';

/**
 * Reads the `logprobs` of a choice: for every place of the answer the likeliest tokens, and the token that was chosen, which
 * need not be among them. Null if the server gave none. vLLM's values are those before temperature and top-p.
 * @throws RetryableError engine-error
 */
export function readAnswerTokens(logprobs: unknown): AnswerToken[] | null {
  if ((logprobs ?? null) === null) return null;
  const fields = objectOf(logprobs, 'the logprobs of a choice');
  if ((fields.content ?? null) === null) return null;
  return listAt(fields, 'content').map((place) => {
    const taken = readToken(place);
    const top = new Map([taken]);
    for (const entry of alternatives(place)) {
      const [text, logprob] = readToken(entry);
      // Two tokens may have the same text (bytes that are no whole character): the likelier token stands for both.
      top.set(text, Math.max(logprob, top.get(text) ?? Number.NEGATIVE_INFINITY));
    }
    // Not by assignment: a token may be called __proto__.
    return { text: taken[0], top: Object.fromEntries(top) };
  });
}

function alternatives(place: unknown): unknown[] {
  const fields = objectOf(place, 'a token');
  return (fields.top_logprobs ?? null) === null ? [] : listAt(fields, 'top_logprobs');
}

function readToken(entry: unknown): [text: string, logprob: number] {
  const { token, logprob } = objectOf(entry, 'a token');
  if (typeof token !== 'string') throw unreadableAnswer('a token of the answer has no text');
  if (!isScore(logprob)) throw unreadableAnswer('a log-probability is not a number, or is out of all range');
  return [token, logprob];
}
