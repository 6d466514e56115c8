import { describe, expect, it } from 'vitest';
import { type Answers, labelDefinition, labelOf, lineOf, profileWith, trial } from '../trial.fixture.ts';

const pooling = profileWith({
  endpoint: 'classify',
  messages: [{ turns: 'prompt' }, { role: 'assistant', template: '{{ response }}' }],
  parse: { rule: 'scalar' },
});

const lengths: Answers = (request) => {
  if (request.kind !== 'score') throw new Error(`a request of kind ${request.kind}`);
  const score = request.messages.at(-1)?.content.length ?? 0;
  return { kind: 'score', score, promptTokens: 5, model: 'rm' };
};

describe('a scalar judge', () => {
  it('scores each response by itself, as the turn after the prompt, and the higher score wins', () => {
    const run = trial(labelDefinition({}, { profile: pooling }), lineOf(['long one', 'short']), lengths);
    expect(run.sent).toMatchObject([
      {
        kind: 'score',
        endpoint: 'classify',
        messages: [
          { role: 'user', content: 'q' },
          { role: 'assistant', content: 'long one' },
        ],
      },
      { kind: 'score', messages: [{ role: 'user' }, { role: 'assistant', content: 'short' }] },
    ]);
    expect(labelOf(run)).toMatchObject({
      winner: 0,
      tie: false,
      confidence: 1 / (1 + Math.exp(-3)),
      confidenceOf: 'margin',
      votes: [],
      ranking: [0, 1],
      scores: { kind: 'reward', values: [8, 5], errors: null },
    });
    expect(run.outcome.tokens).toEqual({ prompt: 10, completion: 0 });
  });

  it('scores a repeated text once, and ranks its copies together', () => {
    const run = trial(labelDefinition({}, { profile: pooling }), lineOf(['bb', 'a', 'bb', 'ccc']), lengths);
    expect(run.sent).toHaveLength(3);
    expect(labelOf(run)).toMatchObject({ winner: 3, ranking: [3, 0, 2, 1], scores: { values: [2, 1, 2, 3] } });
  });

  it('calls equal scores a tie', () => {
    const run = trial(labelDefinition({}, { profile: pooling }), lineOf(['xx', 'yy']), lengths);
    expect(labelOf(run)).toMatchObject({ winner: null, tie: true, confidence: 0.5 });
  });

  it('reads the named attribute of a chat answer, and fails if it is missing', () => {
    const profile = profileWith({
      messages: [{ role: 'assistant', template: '{{ response }}' }],
      parse: { rule: 'scalar', attribute: 'reward' },
    });
    const says =
      (content: (text: string) => string): Answers =>
      (request) => {
        if (request.kind !== 'chat') throw new Error(`a request of kind ${request.kind}`);
        const text = content(request.messages[0]?.content ?? '');
        const choices = [{ content: text, reasoning: '', finishReason: 'stop' }];
        return { kind: 'chat', model: 'm', choices, promptTokens: 1, completionTokens: 1 };
      };
    const definition = labelDefinition({}, { profile });
    expect(
      labelOf(
        trial(
          definition,
          lineOf(['bad', 'better']),
          says((text) => `reward:-${10 - text.length}`),
        ),
      ),
    ).toMatchObject({
      winner: 1,
      scores: { values: [-7, -4] },
    });
    const { outcome } = trial(
      definition,
      lineOf(['bad', 'better']),
      says(() => 'no number'),
    );
    expect(outcome).toMatchObject({ type: 'failed', class: 'no-valid-judgment', answers: ['no number', 'no number'] });
  });
});

describe('a judge of token probabilities', () => {
  const profile = profileWith({
    parse: { rule: 'token-probabilities', tokens: { A: 'first', B: 'second' } },
    votes: { max: 2, orders: 'both' },
  });

  /** Gives the response shown first a bonus. */
  const leaning =
    (bonus: number): Answers =>
    (request) => {
      if (request.kind !== 'chat') throw new Error(`a request of kind ${request.kind}`);
      const p = (request.messages[0]?.content.startsWith('good/') ? 0.7 : 0.3) + bonus;
      const top = { A: Math.log(p * 0.9), B: Math.log((1 - p) * 0.9), C: Math.log(0.1) };
      const choices = [{ content: 'A', reasoning: '', finishReason: 'length', tokens: [{ text: 'A', top }] }];
      return { kind: 'chat', model: 'm', choices, promptTokens: 1, completionTokens: 1 };
    };

  it('is asked for log-probabilities and decides by their mean over both orders, so position bias cancels out', () => {
    for (const bonus of [0, 0.25, -0.25]) {
      const run = trial(
        labelDefinition({ max: 2, orders: 'both' }, { profile }),
        lineOf(['good', 'bad']),
        leaning(bonus),
      );
      expect(run.sent).toMatchObject([{ topLogprobs: 20 }, { topLogprobs: 20 }]);
      const label = labelOf(run);
      expect(label).toMatchObject({ winner: 0, confidenceOf: 'probability' });
      expect(label.confidence).toBeCloseTo(0.7, 9);
      expect(label.votes.every(({ probabilities }) => probabilities?.length === 1)).toBe(true);
    }
  });
});
