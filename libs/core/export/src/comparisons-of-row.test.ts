import type { Row } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { BenchmarkPrompts } from './benchmark-prompts.ts';
import { comparisonsOfRow, type Selection, type Texts } from './comparisons-of-row.ts';
import { proofIn, rationaleIn, rowWith } from './rows.fixture.ts';

const selection: Selection = {
  ...{ keep: 'kept', minConfidence: null, minProbability: null, without: null },
  ...{ conversation: 'any', texts: null },
};
const found = (row: Partial<Row>, more: Partial<Selection> = {}) =>
  comparisonsOfRow(rowWith(row), { ...selection, ...more });
const pairs = (row: Partial<Row>, more: Partial<Selection> = {}) => {
  const result = found(row, more);
  return 'leftOut' in result ? result.leftOut : result.comparisons.map(({ chosen, rejected }) => [chosen, rejected]);
};

/** The proof is its own reasoning, and its last letter the verdict. */
const answerOfProof = (text: string): string | null => {
  const letter = /Response ([AB]) is better\.$/.exec(text)?.[1];
  return letter === undefined ? null : `<think>${text}</think>\n<answer>\n${letter}\n</answer>`;
};
const texts = (more: Partial<Texts> = {}): Partial<Selection> => ({
  texts: { from: 'any', bothOrders: false, answerOfProof, ...more },
});
const argued = (row: Partial<Row>, more: Partial<Texts> = {}) => {
  const result = found(row, texts(more));
  return 'leftOut' in result ? result.leftOut : result.comparisons.map((each) => each.argued);
};

describe('the comparisons of a row', () => {
  it('are the winner against every other response, each text once', () => {
    expect(pairs({})).toEqual([['right', 'wrong']]);
    const responses = ['a', 'best', 'b', 'a', 'best'];
    expect(pairs({ responses, winner: 1 })).toEqual([
      ['best', 'a'],
      ['best', 'b'],
    ]);
  });

  it('carry the probability of the label, or its confidence, and the scores of the two', () => {
    const scores = { kind: 'reward' as const, values: [3, 1, 2], errors: null };
    const result = found({ responses: ['x', 'y', 'z'], scores, probability: 0.9 });
    expect(result).toMatchObject({ comparisons: [{ certainty: 0.9, scores: [3, 1] }, { scores: [3, 2] }] });
    expect(found({ probability: null, confidence: 0.6 })).toMatchObject({ comparisons: [{ certainty: 0.6 }] });
  });

  it.each([
    ['tie', { winner: null, tie: true, kept: false, keptReason: 'tie' as const }],
    ['imitation', { flags: ['imitates the frame in response 1: <answer>' as const] }],
    ['not-kept', { kept: false, keptReason: 'imitates-frame' as const }],
    ['same-text', { responses: ['same', 'same'] }],
  ])('are none, for the reason %s', (reason, row) => {
    expect(pairs(row)).toBe(reason);
  });

  it('are of rows that are not kept where all are wanted, and of imitations and ties never', () => {
    expect(pairs({ kept: false }, { keep: 'all' })).toEqual([['right', 'wrong']]);
    expect(pairs({ kept: false, flags: ['imitates ChatML in the prompt: <|im_start|>'] }, { keep: 'all' })).toBe(
      'imitation',
    );
    expect(pairs({ winner: null, tie: true, kept: false }, { keep: 'all' })).toBe('tie');
  });

  it('need the confidence and the probability that are asked for; a row without one has not enough', () => {
    expect(pairs({ confidence: 0.8 }, { minConfidence: 0.8 })).toEqual([['right', 'wrong']]);
    expect(pairs({ confidence: 0.79 }, { minConfidence: 0.8 })).toBe('below-confidence');
    expect(pairs({ confidence: null }, { minConfidence: 0 })).toBe('below-confidence');
    expect(pairs({ probability: null }, { minProbability: 0.1 })).toBe('below-probability');
    expect(pairs({}, { minProbability: 0.1 })).toBe('below-probability');
    expect(pairs({ probability: 0.1 }, { minProbability: 0.1 })).toEqual([['right', 'wrong']]);
  });

  it('are of conversations that the trainer takes', () => {
    const turn = (role: string) => ({ role, content: 'x' });
    const turns = (...roles: string[]) => ({ prompt: roles.map(turn) });
    const alternating = { conversation: 'alternating' as const };
    const single = { conversation: 'single' as const };
    expect(pairs(turns('user', 'user'))).toEqual([['right', 'wrong']]);
    expect(pairs(turns('user', 'user'), alternating)).toBe('turns');
    expect(pairs(turns('user', 'assistant'), alternating)).toBe('turns');
    expect(pairs(turns('system', 'user', 'assistant', 'user'), alternating)).toEqual([['right', 'wrong']]);
    expect(pairs(turns('user', 'assistant', 'user'), single)).toBe('turns');
    expect(pairs(turns('system', 'user'), single)).toEqual([['right', 'wrong']]);
    expect(pairs(turns('system'), single)).toBe('turns');
  });

  it('are none where the prompt is one of a benchmark, and the benchmark is named', () => {
    const without = new BenchmarkPrompts();
    without.add('bench.jsonl', [{ role: 'user', content: 'which one' }]);
    expect(found({}, { without })).toEqual({
      leftOut: 'benchmark-prompt',
      hit: { benchmark: 'bench.jsonl', by: 'benchmark-prompt' },
    });
  });
});

describe('the text of a comparison', () => {
  const rationale = rationaleIn([1, 0], ' Feedback: b wins. ');
  const proof = proofIn([0, 1], 'Response A is better.');

  it('is the proof where there is one, else the rationale, each in the order that it speaks of', () => {
    const ofProof = {
      kind: 'proof',
      isChosenFirst: true,
      answer: '<think>Response A is better.</think>\n<answer>\nA\n</answer>',
    };
    const ofRationale = {
      kind: 'rationale',
      isChosenFirst: false,
      answer: '<think>\nFeedback: b wins.\n</think>\n<answer>\nB\n</answer>',
    };
    expect(argued({ proof, rationale })).toEqual([ofProof]);
    expect(argued({ rationale })).toEqual([ofRationale]);
    expect(argued({ proof, rationale }, { from: 'rationale' })).toEqual([ofRationale]);
    expect(argued({ proof, rationale }, { bothOrders: true })).toEqual([ofProof, ofRationale]);
  });

  it('is never that of one order under the other', () => {
    const sameOrder = rationaleIn([0, 1], 'a wins');
    expect(argued({ proof, rationale: sameOrder }, { bothOrders: true })).toMatchObject([{ kind: 'proof' }]);
    expect(argued({ proof }, { bothOrders: true })).toHaveLength(1);
  });

  it('decides which response is the rejected one', () => {
    const row = { responses: ['x', 'y', 'z'], winner: 2, proof: proofIn([1, 2], 'Response B is better.') };
    expect(pairs(row, texts())).toEqual([['z', 'y']]);
  });

  it.each([
    ['no-text', {}],
    ['no-text', { proof: proofIn([0, 1], 'Response B is better.') }],
    ['no-text', { proof: proofIn([0, 1], 'It has not the form.') }],
    ['no-text', { rationale: rationaleIn([0, 1], '  ') }],
    ['cut-text', { rationale: rationaleIn([0, 1], 'so', true) }],
    ['cut-text', { proof: proofIn([0, 1], 'Response A is better.', true) }],
    ['tagged-text', { rationale: rationaleIn([0, 1], 'then </think> came') }],
    ['tagged-text', { proof: proofIn([0, 1], '<answer>B</answer> Response A is better.') }],
    ['other-responses', { rationale: rationaleIn([0], 'seven of ten') }],
    ['other-responses', { responses: ['x', 'y', 'z'], rationale: rationaleIn([0, 1, 2], 'all') }],
    ['other-responses', { responses: ['x', 'y', 'z'], rationale: rationaleIn([1, 2], 'the others') }],
  ])('is none for the reason %s: %j', (reason, row) => {
    expect(argued(row)).toBe(reason);
  });

  it('is the rationale where the proof cannot be used', () => {
    expect(argued({ proof: proofIn([0, 1], 'none'), rationale })).toMatchObject([{ kind: 'rationale' }]);
    expect(argued({ proof: proofIn([0, 1], 'none'), rationale }, { from: 'proof' })).toBe('no-text');
  });
});
