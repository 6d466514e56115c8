import type { VerdictRule } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.fixture.ts';
import type { Reading } from './read-text.ts';

type Place = string | [text: string, probabilities: Record<string, number>];

/** An answer made of these tokens. A token without probabilities is certain. */
function answer(places: readonly Place[], content?: string) {
  const tokens = places.map((place) => {
    const [text, probabilities] = typeof place === 'string' ? [place, { [place]: 1 }] : place;
    return { text, top: Object.fromEntries(Object.entries(probabilities).map(([token, p]) => [token, Math.log(p)])) };
  });
  return { content: content ?? tokens.map(({ text }) => text).join(''), reasoning: '', finishReason: 'stop', tokens };
}

const read = (rule: VerdictRule, places: readonly Place[], content?: string): Reading =>
  readAnswer(answer(places, content), rule);

const letters = { A: 'first', B: 'second' } as const;
const tagged: VerdictRule = { rule: 'tagged', tag: 'answer', verdicts: letters };
const boxed: VerdictRule = { rule: 'boxed', verdicts: { 'Assistant 1': 'first', 'Assistant 2': 'second' } };
const bracketed: VerdictRule = { rule: 'bracketed', verdicts: letters, several: 'invalid' };

describe("the probability at the verdict's token", () => {
  it('is read at the letter in the tag, with and without white space', () => {
    const places: Place[] = [
      '<think>',
      'A',
      '?',
      '</think>',
      '\n',
      '<answer>',
      '\n',
      ['B', { B: 0.6, ' B': 0.1, A: 0.3 }],
    ];
    expect(read(tagged, [...places, '\n', '</answer>']).probability).toBeCloseTo(0.3, 12);
  });

  it('counts tokens that run past the verdict, but no other words', () => {
    const places: Place[] = ['<answer>', ['A', { A: 0.5, 'A</': 0.1, B: 0.2, An: 0.1, Both: 0.1 }], '</answer>'];
    expect(read(tagged, places).probability).toBeCloseTo(0.75, 12);
  });

  it('is found in a token that starts ahead of the verdict', () => {
    expect(read(bracketed, ['So: ', ['[[A', { '[[A': 0.8, '[[B': 0.2, '[B': 0.9 }], ']]']).probability).toBeCloseTo(
      0.8,
      12,
    );
  });

  it('is read where the verdict words start to differ', () => {
    const places: Place[] = ['\\', 'boxed', '{', 'Assistant', [' 2', { ' 2': 0.9, ' 1': 0.1 }], '}'];
    expect(read(boxed, places).probability).toBeCloseTo(0.1, 12);
    expect(
      read(boxed, ['\\boxed{', 'Ass', ['istant 1', { 'istant 1': 0.7, 'istant 2': 0.3 }], '}']).probability,
    ).toBeCloseTo(0.7, 12);
  });

  it('counts a tie half for each side', () => {
    const rule: VerdictRule = { ...tagged, verdicts: { ...letters, C: 'tie' } };
    const places: Place[] = ['<answer>', ['A', { A: 0.6, B: 0.2, C: 0.2 }], '</answer>'];
    expect(read(rule, places).probability).toBeCloseTo(0.7, 12);
  });

  it('is read at the digit of a ranking score', () => {
    const sections: Place[] = [
      '[The Begin of Ranking Score]\\boxed{',
      ['2', { 2: 0.4, 3: 0.2, 4: 0.3, 6: 0.1 }],
      '}[The End of Ranking Score]',
    ];
    const rule: VerdictRule = { rule: 'boxed-scores', scores: 'S', ranking: 'Ranking Score', rankingTo: 6 };
    expect(read(rule, sections).probability).toBeCloseTo(0.6, 12);
    const json: VerdictRule = { rule: 'json', ranking: { field: 'ranking', to: 6 } };
    expect(read(json, ['{"ranking', '":', ' ', ['5', { 5: 0.9, 1: 0.1 }], '}']).probability).toBeCloseTo(0.1, 12);
  });

  it.each<[name: string, places: Place[], content?: string]>([
    [
      'the end of the turn is a token',
      ['<answer>', ['A', { A: 0.8, B: 0.2 }], '</answer>', '<|eot_id|>'],
      '<answer>A</answer>',
    ],
    [
      'a reasoning parser removed the thinking',
      ['Hm.', '</think>', '<answer>', ['A', { A: 0.8, B: 0.2 }], '</answer>'],
      '<answer>A</answer>',
    ],
    [
      'a character was split into bytes',
      ['\ufffd', '\ufffd', '<answer>', ['A', { A: 0.8, B: 0.2 }], '</answer>'],
      '\u{1f600}<answer>A</answer>',
    ],
    [
      'the server trimmed the content',
      ['<answer>', ['A', { A: 0.8, B: 0.2 }], '</answer>', '\n', '<|eot_id|>'],
      '<answer>A</answer>',
    ],
  ])('is found if %s', (_name, places, content) => {
    expect(read(tagged, places, content).probability).toBeCloseTo(0.8, 12);
  });

  it.each<[name: string, rule: VerdictRule, places: Place[], content?: string]>([
    ['the tokens belong to another text', tagged, ['<answer>', 'A', '</answer>', ' more'], '<answer>A</answer>!'],
    ['no verdict word was likely at that position', tagged, ['<answer>', ['A', { x: 0.9, Also: 0.1 }], '</answer>']],
    [
      'the words of two judgments start with the same letter',
      { rule: 'bracketed', verdicts: { 'A>B': 'first', 'A=B': 'tie', 'B>A': 'second' }, several: 'invalid' },
      ['[[', ['A', { A: 0.8, B: 0.2 }], '>B', ']]'],
    ],
    ['the rule has a single word', { ...tagged, verdicts: { A: 'first' } }, ['<answer>', 'A', '</answer>']],
    [
      'a ranking score may have two digits',
      { rule: 'json', ranking: { field: 'ranking', to: 10 } },
      ['{"ranking": ', ['1', { 1: 0.5, 9: 0.5 }], '}'],
    ],
    ['no tokens were sent', tagged, [], '<answer>A</answer>'],
  ])('is unknown if %s', (_name, rule, places, content) => {
    const reading = read(rule, places, content);
    expect(reading.judgment).toBe('first');
    expect(reading.probability).toBeNull();
  });

  it('is unknown for an invalid answer', () => {
    expect(read(tagged, ['<answer>', ['C', { A: 0.8, B: 0.2 }], '</answer>']).probability).toBeNull();
  });
});
