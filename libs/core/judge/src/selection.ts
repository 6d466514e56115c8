/**
 * The best of several proofs that pass their checks. By the likelihood ratio of GRAM-R2's paper (arXiv 2509.02492, equation 5),
 *
 *     score(s, l, z) = - log p(z | s, l) / log p(z)
 *
 * where both logarithms are negative: 0 is best (the label makes the proof all but certain), -1 is boilerplate that needs no
 * label. p(z | s, l) is the model's own, after the messages it was asked with; p(z) that of the same tokens after an empty
 * message, so that the chat template is the same and nothing of the item is known. Without prompt_logprobs on the engine the
 * same model compares the proofs, by a selector profile.
 */
import type { LogprobsRequest, Message, Order, Proof, TokensRequest } from '@proofmill/contract';
import type { Ask, Refusal, Spent } from './asking.ts';
import { type Comparison, comparison } from './comparison.ts';
import { decideByVotes, type Pair } from './decision.ts';
import type { AskedLine } from './labelling.ts';
import { ordersOf, seedBase } from './orders.ts';
import type { ProveDefinition, ProveRenderers } from './proving.ts';
import { knockout } from './tournament.ts';

export interface Candidate {
  readonly number: number;
  readonly text: string;
  readonly checks: Proof['checks'];
}

interface Selected {
  readonly candidate: Candidate;
  readonly by: 'likelihood-ratio' | 'judge' | 'first';
  readonly score: number | null;
}

export interface Selecting {
  wave(maxAnswers: number): Ask[];
  /** Null while answers are wanted. */
  result(): Selected | null;
}

export interface SelectionOptions {
  readonly definition: ProveDefinition;
  readonly line: AskedLine;
  readonly order: Order;
  readonly letter: 'A' | 'B';
  /** What the prover was asked with. */
  readonly messages: readonly Message[];
  readonly renderers: ProveRenderers;
  readonly tokens: Spent;
  readonly candidates: readonly Candidate[];
}

export function selectionOf(options: SelectionOptions): Selecting {
  if (options.definition.select !== 'likelihood-ratio') return byJudge(options);
  const ratio = byLikelihood(options);
  let fallback: Selecting | null = null;
  const current = (): Selecting => {
    if (ratio.refusal()) fallback ??= byJudge(options);
    return fallback ?? ratio;
  };
  return { wave: (maxAnswers) => current().wave(maxAnswers), result: () => current().result() };
}

/** The likelihood ratio of log-probabilities that belong to the same tokens; null where it says nothing. */
export function likelihoodRatio(given: readonly number[], alone: readonly number[]): number | null {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const unconditional = sum(alone);
  if (given.length === 0 || given.length !== alone.length || unconditional === 0) return null;
  const score = -sum(given) / unconditional;
  return Number.isFinite(score) ? score : null;
}

interface LikelihoodSelecting extends Selecting {
  refusal(): Refusal | null;
}

const EMPTY: readonly Message[] = [{ role: 'user', content: '' }];

function byLikelihood({ definition, order, messages, tokens, candidates }: SelectionOptions): LikelihoodSelecting {
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

/** Two votes a comparison, one in each order; where they do not agree the one with the lower number goes on. */
const selectorVotes = { max: 2, orders: 'both', stop: 'none', reasks: 1, logprobs: false } as const;

function byJudge({ definition, line, order, letter, renderers, tokens, candidates }: SelectionOptions): Selecting {
  const { selector, engine, sampling } = definition;
  const render = renderers.selector;
  const textOf = (number: number): string => candidates.find((each) => each.number === number)?.text ?? '';
  const tournament = knockout(candidates.map(({ number }) => number));
  const open = new Map<Comparison, Pair>();
  const purpose = 'select';

  const compare = (pair: Pair): Comparison => {
    if (!selector || !render) throw new TypeError('no profile says how proofs are compared');
    return comparison({
      asked: { profile: selector, engine, sampling },
      votes: selectorVotes,
      orders: ordersOf(line.digest, pair, 'both'),
      messages: (shown) =>
        render({ item: line.item, order, winner: letter, proofs: [textOf(shown[0] ?? 0), textOf(shown[1] ?? 0)] }),
      seedBase: (shown) => seedBase(line.digest, shown, sampling.seed, purpose),
      spent: tokens,
      mayFail: true,
    });
  };

  return {
    wave(maxAnswers) {
      for (const pair of tournament.next()) open.set(compare(pair), pair);
      return [...open.keys()].flatMap((match) => match.wave(maxAnswers));
    },
    result() {
      for (const [match, pair] of open) {
        if (!match.ended()) continue;
        open.delete(match);
        tournament.report(pair, decideByVotes(match.counts(), pair)?.winner ?? null);
      }
      if (open.size > 0 || !tournament.ended()) return null;
      const { player } = tournament.champion();
      const candidate = candidates.find(({ number }) => number === player);
      if (!candidate) throw new RangeError(`there is no candidate ${player}`);
      return { candidate, by: 'judge', score: null };
    },
  };
}
