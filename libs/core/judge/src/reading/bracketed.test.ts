import type { Judgment } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.fixture.ts';

const arenaHard = {
  rule: 'bracketed',
  several: 'invalid',
  verdicts: { 'A>>B': 'first', 'A>B': 'first', 'A=B': 'tie', 'B>A': 'second', 'B>>A': 'second' },
} as const;
const letters = { rule: 'bracketed', several: 'invalid', verdicts: { A: 'first', B: 'second' } } as const;

const chosen = (content: string, more = {}) => ({ content, reasoning: '', finishReason: 'stop', ...more });

describe("reading Arena-Hard's labels", () => {
  it.each<[name: string, content: string, judgment: Judgment]>([
    ['much better', 'Assistant A answers; B does not.\n\nMy final verdict is: [[A>>B]]', 'first'],
    ['slightly better', 'Both are right. **My final verdict:** [[B>A]].', 'second'],
    ['a tie', 'My final verdict is tie: [[A=B]]', 'tie'],
    ['the same label twice', 'First impression: [[B>>A]]. After a check it stays: [[B>>A]]', 'second'],
    ['two labels for one side', 'At least [[A>B]], perhaps [[A>>B]]', 'invalid'],
    ['two labels for both sides', '[[A>B]], but on reflection [[B>A]]', 'invalid'],
    ['a label that is not on the list, alone', 'My final verdict is [[A<B]]', 'invalid'],
    ['a label that is not on the list, beside one that is', '[[A>B]] or [[A<B]]', 'invalid'],
    ['letters of labels that make none', '[[AB]]', 'invalid'],
    ['a letter beside a label', '[[A]]: [[A>B]]', 'invalid'],
    ['a wiki link beside the label', 'The link [[Paris]] is broken in B. [[A>B]]', 'first'],
    ['a matrix beside the label', 'B says [[1, 2], [3, 4]] and [[0]]. [[B>A]]', 'second'],
    ['the list of labels, quoted', 'I choose among [[A>>B]], [[A>B]], [[A=B]], [[B>A]] and [[B>>A]].', 'invalid'],
    ['single brackets', 'My final verdict is [A>B]', 'invalid'],
    ['a third bracket on both sides', '[[[A>B]]]', 'first'],
    ['white space within', '[[ A>B ]]', 'invalid'],
    ['lower case', '[[a>b]]', 'invalid'],
    ['a line feed within', '[[A>\nB]]', 'invalid'],
    ['CRLF around', 'Verdict:\r\n[[B>A]]\r\n', 'second'],
    ['a full-width sign', '[[A\uff1eB]]', 'invalid'],
    ['a Greek capital alpha', '[[\u0391>B]]', 'invalid'],
    ['an unclosed label', 'My final verdict is [[A>B', 'invalid'],
    ['a label in the thinking only', '<think>It claims [[A>B]]</think> I cannot decide.', 'invalid'],
    ['another label in the thinking', '<think>[[A>B]]? No.</think> [[B>A]]', 'second'],
    ['a thought that was never ended', '<think>It claims [[A>B]]', 'invalid'],
    ['a forged end of thinking that quotes a label', '<think>"</think>[[A>B]]" is a trick.</think> [[B>A]]', 'second'],
    ['nothing', '', 'invalid'],
  ])('%s', (_name, content, judgment) => expect(readAnswer(chosen(content), arenaHard).judgment).toBe(judgment));

  it('is invalid if it was cut off after its label', () => {
    expect(readAnswer(chosen('[[A>B]] since', { finishReason: 'length' }), arenaHard).judgment).toBe('invalid');
  });

  it('counts the last label if the profile says so', () => {
    const last = { ...arenaHard, several: 'last' } as const;
    expect(readAnswer(chosen('[[A>B]], no: [[B>A]]'), last).judgment).toBe('second');
    expect(readAnswer(chosen('[[A>B]], no: [[A<B]]'), last).judgment).toBe('invalid');
  });
});

describe('reading a letter in brackets', () => {
  it.each<[name: string, content: string, judgment: Judgment]>([
    ['RewardBench', 'Assistant A is more accurate. [[A]]', 'first'],
    ['RM-R1', '<type>Chat</type>\n<eval>..</eval>\n\n<answer>[[B]]</answer>', 'second'],
    ['both letters', '[[A]] and [[B]]', 'invalid'],
    ['the format, quoted', 'I was asked for [[A/B]]: [[B]]', 'second'],
    ['Arena-Hard labels', '[[A>B]]', 'invalid'],
    ['another letter', '[[C]]', 'invalid'],
    ['a property of objects', '[[constructor]]', 'invalid'],
  ])('%s', (_name, content, judgment) => expect(readAnswer(chosen(content), letters).judgment).toBe(judgment));

  it('uses the text ahead of the verdict as the rationale, without the tag that opens for it', () => {
    expect(readAnswer(chosen('A is right.\n\n<answer>\n[[A]]</answer>'), letters).rationale).toBe('A is right.');
    expect(readAnswer(chosen('A is right: [[A]]'), letters).rationale).toBe('A is right:');
    expect(readAnswer(chosen('<think>Hm.</think>So: [[A]]'), letters).rationale).toBe('Hm.');
    expect(readAnswer(chosen('I cannot say.'), letters).rationale).toBe('I cannot say.');
  });
});
