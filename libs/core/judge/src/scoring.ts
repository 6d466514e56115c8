/** The label of an item by a scalar judge: each different response is scored once, by itself, and the highest score wins. */
import type { EngineRequest, Label } from '@proofmill/contract';
import { type Ask, chatRequests, type Refusal, sampleAnswers } from './asking.ts';
import { differentResponses, type Labelled, type Labelling, type LabellingOptions, withEquals } from './labelling.ts';
import { seedBase } from './orders.ts';
import { readScalar } from './reading/scalar.ts';

export function scoring(options: LabellingOptions): Labelling {
  const { judge, line, render, spent, purpose, mayFail } = options;
  const { profile } = judge;
  if (profile.parse.rule !== 'scalar') throw new TypeError(`profile ${profile.name} gives no scores`);
  const { attribute } = profile.parse;
  const { responses } = line.item;
  const players = differentResponses(responses);
  const scores = new Map<number, number>();
  const unreadable: string[] = [];
  let asked = false;
  let pending = 0;
  let refused: Refusal | null = null;

  return {
    wave() {
      if (asked) return [];
      asked = true;
      pending = players.length;
      return players.map(askOf);
    },
    result() {
      if (!asked || pending > 0) return null;
      if (refused) return { refused, votes: [] };
      if (unreadable.length > 0) return failed();
      const values = responses.map((text) => scores.get(responses.indexOf(text)) ?? Number.NaN);
      return { label: labelOfScores(values, responses) };
    },
  };

  function askOf(index: number): Ask {
    return {
      request: requestFor(index),
      profile,
      order: [index],
      mayFail,
      take(answer) {
        pending -= 1;
        if (answer.kind === 'refused') {
          refused ??= answer;
          return;
        }
        if (answer.kind !== 'score' && answer.kind !== 'chat')
          throw new TypeError(`an answer of kind ${answer.kind} to a request for a score`);
        spent.prompt += answer.promptTokens;
        if (answer.kind === 'score') {
          scores.set(index, answer.score);
          return;
        }
        spent.completion += answer.completionTokens;
        const [choice] = answer.choices;
        const score = choice && attribute !== undefined ? readScalar(choice, attribute) : null;
        if (score === null) unreadable.push(choice?.content ?? '');
        else scores.set(index, score);
      },
    };
  }

  function requestFor(index: number): EngineRequest {
    const messages = render({ item: line.item, order: [index] });
    if (profile.endpoint !== 'chat') {
      const { endpoint, chatTemplateKwargs } = profile;
      return { kind: 'score', endpoint, model: judge.engine.model, messages, chatTemplateKwargs };
    }
    const base = seedBase(line.digest, [index], judge.sampling.seed, purpose);
    const [one] = chatRequests({ asked: judge, messages, seedBase: base, first: 0, count: 1, maxAnswers: 1 });
    if (!one) throw new RangeError('one answer is one request');
    return one.request;
  }

  function failed(): Labelled {
    const message = `${unreadable.length} of ${players.length} responses got no score that could be read`;
    const answers = sampleAnswers(unreadable);
    return { failed: { type: 'failed', class: 'no-valid-judgment', message, answers, votes: [] } };
  }
}

/**
 * The label of the responses' scores. The confidence is that of the Bradley-Terry model that reward models are trained with:
 * 1 / (1 + exp(-margin)), the margin over the next best response.
 */
export function labelOfScores(values: readonly number[], responses: readonly string[]): Label {
  const scoreOf = (index: number): number => values[index] ?? Number.NEGATIVE_INFINITY;
  const ranked = differentResponses(responses).sort((one, other) => scoreOf(other) - scoreOf(one) || one - other);
  const [best = 0, next = 0] = ranked;
  const margin = scoreOf(best) - scoreOf(next);
  return {
    winner: margin === 0 ? null : best,
    tie: margin === 0,
    confidence: 1 / (1 + Math.exp(-margin)),
    confidenceOf: 'margin',
    votes: [],
    rationale: null,
    ranking: withEquals(ranked, responses),
    scores: { kind: 'reward', values: [...values], errors: null },
  };
}
