/**
 * The likelihood ratio of GRAM-R2's paper (arXiv 2509.02492, equation 5),
 *
 *     score(s, l, z) = - log p(z | s, l) / log p(z)
 *
 * where both logarithms are negative: 0 is best (the label makes the proof all but certain), -1 is boilerplate that needs no
 * label. p(z | s, l) is the model's own, after the messages it was asked with; p(z) that of the same tokens after an empty
 * message, so that the chat template is the same and nothing of the item is known.
 */
import type { LogprobsRequest, Message, TokensRequest } from '@proofmill/contract';
import type { Ask, Refusal } from './asking.ts';
import type { Candidate, Selecting, SelectionOptions } from './selecting.ts';

/** The likelihood ratio of log-probabilities that belong to the same tokens; null where it says nothing. */
export function likelihoodRatio(given: readonly number[], alone: readonly number[]): number | null {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const unconditional = sum(alone);
  if (given.length === 0 || given.length !== alone.length || unconditional === 0) return null;
  const score = -sum(given) / unconditional;
  return Number.isFinite(score) ? score : null;
}

export interface LikelihoodSelecting extends Selecting {
  refusal(): Refusal | null;
}

const EMPTY: readonly Message[] = [{ role: 'user', content: '' }];

/** Scores every candidate twice; `refusal` says that the engine scores no given text. */
export function byLikelihood({
  definition,
  order,
  messages,
  tokens,
  candidates,
}: SelectionOptions): LikelihoodSelecting {
  const { model } = definition.engine;
  const { chatTemplateKwargs } = definition.profile;
  const ids = new Map<TokensRequest['input'], readonly number[]>();
  const logprobs = new Map<string, number[]>();
  const contexts = { given: messages, alone: EMPTY };
  let wave: 'tokens' | 'logprobs' | 'done' = 'tokens';
  let pending = 0;
  let refusal: Refusal | null = null;

  const asking = (request: TokensRequest | LogprobsRequest, read: Ask['take']): Ask => ({
    request,
    profile: definition.profile,
    order,
    mayFail: true,
    take(answer) {
      pending -= 1;
      if (answer.kind === 'refused') refusal ??= answer;
      else read(answer);
    },
  });

  const askTokens = (input: TokensRequest['input']): Ask =>
    asking({ kind: 'tokens', model, input, chatTemplateKwargs }, (answer) => {
      if (answer.kind === 'tokens') ids.set(input, answer.tokens);
    });

  const askLogprobs = (context: keyof typeof contexts, { text, number }: Candidate): Ask => {
    const before = ids.get(contexts[context]) ?? [];
    const own = ids.get(text) ?? [];
    return asking({ kind: 'logprobs', model, prompt: [...before, ...own] }, (answer) => {
      if (answer.kind !== 'logprobs') return;
      tokens.prompt += before.length + own.length;
      const values = answer.logprobs.slice(before.length).filter((value) => value !== null);
      logprobs.set(`${context} ${number}`, values);
    });
  };

  return {
    refusal: () => (pending === 0 ? refusal : null),
    wave() {
      if (pending > 0 || wave === 'done') return [];
      const asks =
        wave === 'tokens'
          ? [messages, EMPTY, ...new Set(candidates.map(({ text }) => text))].map(askTokens)
          : candidates.flatMap((candidate) => [askLogprobs('given', candidate), askLogprobs('alone', candidate)]);
      wave = wave === 'tokens' ? 'logprobs' : 'done';
      pending = asks.length;
      return asks;
    },
    result() {
      if (wave !== 'done' || pending > 0) return null;
      const scored = candidates.map((candidate) => ({
        candidate,
        score: likelihoodRatio(
          logprobs.get(`given ${candidate.number}`) ?? [],
          logprobs.get(`alone ${candidate.number}`) ?? [],
        ),
      }));
      const [first] = scored;
      if (!first) throw new RangeError('there is nothing to select from');
      const best = scored.reduce((one, other) => ((other.score ?? -Infinity) > (one.score ?? -Infinity) ? other : one));
      return { candidate: best.candidate, score: best.score, by: best.score === null ? 'first' : 'likelihood-ratio' };
    },
  };
}
