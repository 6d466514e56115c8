/**
 * The likelihood ratio of GRAM-R2's paper (arXiv 2509.02492, equation 5),
 *
 *     score(s, l, z) = - log p(z | s, l) / log p(z)
 *
 * Both logarithms are negative: 0 is best (the label makes the proof all but certain), -1 is boilerplate that needs no label.
 * p(z | s, l) is the model's probability of the proof after the messages that asked for it; p(z) is that of the same tokens
 * after an empty message, so the chat template is the same and nothing about the item is known.
 */
import { isScore, type LogprobsRequest, type Message, type TokensRequest } from '@proofmill/contract';
import type { Question, Reply } from '../asking/question.ts';
import type { Rounds } from '../asking/rounds.ts';
import type { Candidate, Claim, Selected } from './candidate.ts';

/** The likelihood ratio of two lists of log-probabilities of the same tokens. Null if it is undefined. */
export function likelihoodRatio(given: readonly number[], alone: readonly number[]): number | null {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const unconditional = sum(alone);
  if (given.length === 0 || given.length !== alone.length || unconditional === 0) return null;
  const score = -sum(given) / unconditional;
  return isScore(score) ? score : null;
}

const emptyPrompt: readonly Message[] = [{ role: 'user', content: '' }];

/** Scores every candidate twice: after the prompt and alone. Null if the engine cannot score given text. */
export function* byLikelihood(
  { prover, order, messages }: Claim,
  candidates: readonly Candidate[],
): Rounds<Selected | null> {
  const { profile, engine } = prover.definition;
  const { model } = engine;
  const { chatTemplateKwargs } = profile;
  const ids = new Map<TokensRequest['input'], readonly number[]>();
  const logprobs = new Map<string, readonly number[]>();
  const contexts = { given: messages, alone: emptyPrompt };
  let isRefused = false;

  yield [messages, emptyPrompt, ...new Set(candidates.map(({ text }) => text))].map(tokensOf);
  if (isRefused) return null;
  yield candidates.flatMap((candidate) => [logprobsOf('given', candidate), logprobsOf('alone', candidate)]);
  if (isRefused) return null;
  return best(
    candidates.map((candidate) => {
      const [given = [], alone = []] = ['given', 'alone'].map((context) =>
        logprobs.get(`${context} ${candidate.number}`),
      );
      return { candidate, score: likelihoodRatio(given, alone) };
    }),
  );

  function question(request: TokensRequest | LogprobsRequest, read: (reply: Reply) => void): Question {
    return {
      request,
      profile,
      order,
      mayFail: true,
      take(reply) {
        if (reply.kind === 'refused') isRefused = true;
        else read(reply);
      },
    };
  }

  function tokensOf(input: TokensRequest['input']): Question {
    return question({ kind: 'tokens', model, input, chatTemplateKwargs }, (reply) => {
      if (reply.kind === 'tokens') ids.set(input, reply.tokens);
    });
  }

  function logprobsOf(context: keyof typeof contexts, { text, number }: Candidate): Question {
    const before = ids.get(contexts[context]) ?? [];
    const own = ids.get(text) ?? [];
    return question({ kind: 'logprobs', model, prompt: [...before, ...own] }, (reply) => {
      if (reply.kind !== 'logprobs') return;
      const values = reply.logprobs.slice(before.length).filter((value) => value !== null);
      logprobs.set(`${context} ${number}`, values);
    });
  }
}

/** The first candidate with the highest score, or the first of all if none has a score. */
function best(scored: readonly { readonly candidate: Candidate; readonly score: number | null }[]): Selected {
  const [first] = scored;
  if (!first) throw new RangeError('there is nothing to select from');
  const { candidate, score } = scored.reduce((most, each) =>
    (each.score ?? -Infinity) > (most.score ?? -Infinity) ? each : most,
  );
  return { candidate, score, by: score === null ? 'first' : 'likelihood-ratio' };
}
