import type { Judgment } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.fixture.ts';

const rrm = { rule: 'boxed', verdicts: { 'Assistant 1': 'first', 'Assistant 2': 'second' } } as const;
const fiveWay = {
  rule: 'boxed',
  verdicts: { 'A>>B': 'first', 'A>B': 'first', 'A=B': 'tie', 'B>A': 'second', 'B>>A': 'second' },
} as const;

const chosen = (content: string, more = {}) => ({ content, reasoning: '', finishReason: 'stop', ...more });

describe('reading a boxed answer', () => {
  it.each<[name: string, content: string, judgment: Judgment]>([
    ['after the thinking', 'Let me compare.\n</think>\n\n\\boxed{Assistant 1}', 'first'],
    ['no thinking at all', 'Assistant 2 is right.\n\n\\boxed{Assistant 2}', 'second'],
    ['in \\text', '\\boxed{\\text{Assistant 2}}', 'second'],
    ['in \\textbf, with white space', '\\boxed{ \\textbf{ Assistant 1 } }', 'first'],
    ['in mathematics', 'So the verdict is $\\boxed{Assistant 1}$.', 'first'],
    ['lower case', '\\boxed{assistant 1}', 'first'],
    ['the last of two', '\\boxed{Assistant 1}? No: \\boxed{Assistant 2}', 'second'],
    ['the last of two holds something else', '\\boxed{Assistant 1}, since \\boxed{42}', 'invalid'],
    ['the last of two is not closed', '\\boxed{Assistant 1} \\boxed{Assistant 2', 'invalid'],
    ['a box in the thinking only', '<think>\\boxed{Assistant 1}</think> I am not sure.', 'invalid'],
    ['another box in the thinking', '\\boxed{Assistant 1}\n</think>\n\\boxed{Assistant 2}', 'second'],
    ['a thought that was never ended', '<think>\\boxed{Assistant 1}', 'invalid'],
    ['both verdicts', '\\boxed{Assistant 1 or Assistant 2}', 'invalid'],
    ['half of it in \\text', '\\boxed{\\text{Assistant} 1}', 'invalid'],
    ['the other layout', '\\boxed{1}', 'invalid'],
    ['no box', 'Assistant 1', 'invalid'],
    ['an empty box', '\\boxed{}', 'invalid'],
    ['an escaped brace for the closing one', '\\boxed{Assistant 1\\}', 'invalid'],
    ['a dotless i', '\\boxed{Ass\u0131stant 1}', 'invalid'],
    ['a no-break space between the words', '\\boxed{Assistant\u00a01}', 'invalid'],
    ['CRLF around the word', '\\boxed{\r\nAssistant 2\r\n}\r\n', 'second'],
    ['nothing', '', 'invalid'],
  ])('%s', (_name, content, judgment) => expect(readAnswer(chosen(content), rrm).judgment).toBe(judgment));

  it.each<[content: string, judgment: Judgment]>([
    ['\\boxed{A>>B}', 'first'],
    ['$\\boxed{\\text{A=B}}$', 'tie'],
    ['The answer of A is \\boxed{\\frac{1}{2}}, that of B \\boxed{0.5}. \\boxed{B>A}', 'second'],
    ['\\boxed{A \\gg B}', 'invalid'],
  ])("reads RM-Bench's five labels: %s", (content, judgment) =>
    expect(readAnswer(chosen(content), fiveWay).judgment).toBe(judgment),
  );

  it('is invalid if it was cut off', () => {
    expect(readAnswer(chosen('\\boxed{Assistant 1}', { finishReason: 'length' }), rrm).judgment).toBe('invalid');
  });

  it('uses the text ahead of the box as the rationale if no thinking is marked', () => {
    expect(readAnswer(chosen('2 is right. \\boxed{Assistant 2}'), rrm).rationale).toBe('2 is right.');
    expect(readAnswer(chosen('Hm.</think>So \\boxed{Assistant 2}'), rrm).rationale).toBe('Hm.');
  });
});
