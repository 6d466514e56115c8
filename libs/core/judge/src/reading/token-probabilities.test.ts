import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.fixture.ts';

const rule = { rule: 'token-probabilities', tokens: { A: 'first', B: 'second' } } as const;

/** An answer of one token, with these probabilities. */
const answer = (probabilities: Record<string, number>, finishReason = 'length') => {
  const top = Object.fromEntries(Object.entries(probabilities).map(([token, p]) => [token, Math.log(p)]));
  return { content: 'A', reasoning: '', finishReason, tokens: [{ text: 'A', top }] };
};

describe('reading the probabilities of the verdict tokens', () => {
  it.each([
    ['the first is likelier', { A: 0.9, B: 0.1 }, 'first', 0.9],
    ['the second is likelier', { A: 0.25, B: 0.75 }, 'second', 0.75 - 0.5],
    ['other tokens do not count', { A: 0.06, B: 0.02, The: 0.9 }, 'first', 0.75],
    ['tokens with and without white space count together', { A: 0.2, ' A': 0.2, B: 0.1, '\nB': 0.5 }, 'second', 0.4],
    ['equal probabilities', { A: 0.3, B: 0.3, C: 0.4 }, 'tie', 0.5],
    ['only one verdict token was sent', { B: 0.99, x: 0.01 }, 'second', 0],
  ] as const)('%s', (_name, probabilities, judgment, probability) => {
    const reading = readAnswer(answer(probabilities), rule);
    expect(reading).toMatchObject({ judgment, rationale: '', scores: null });
    expect(reading.probability).toBeCloseTo(probability, 12);
  });

  it.each<[name: string, choice: Parameters<typeof readAnswer>[0]]>([
    ['no verdict token was sent', answer({ The: 0.9, a: 0.05, Ax: 0.05 })],
    ['look-alikes', answer({ '\u0391': 0.5, '\uff22': 0.5 })],
    ['properties of objects', answer({ constructor: 0.5, toString: 0.5 })],
    ['an engine that gave up', answer({ A: 1 }, 'abort')],
    ['no tokens', { content: 'A', reasoning: '', finishReason: 'stop' }],
    ['an answer without a token', { content: '', reasoning: '', finishReason: 'stop', tokens: [] }],
  ])('is invalid: %s', (_name, choice) => {
    expect(readAnswer(choice, rule)).toMatchObject({ judgment: 'invalid', probability: null });
  });

  it('compares probabilities that underflow, and ignores values that are no log-probabilities', () => {
    const choice = (top: Record<string, number>) => ({ ...answer({}), tokens: [{ text: 'A', top }] });
    expect(readAnswer(choice({ A: -1000, B: -1001 }), rule).probability).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(readAnswer(choice({ A: -9999, B: -1 }), rule).probability).toBe(0);
    for (const none of [-9999, Number.NEGATIVE_INFINITY, Number.NaN, Number.POSITIVE_INFINITY])
      expect(readAnswer(choice({ A: none, B: none }), rule).judgment).toBe('invalid');
  });
});
