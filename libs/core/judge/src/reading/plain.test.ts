import type { Judgment } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.fixture.ts';

const rule = { rule: 'plain', verdicts: { 'Output (a)': 'first', 'Output (b)': 'second' } } as const;
const chosen = (content: string, more = {}) => ({ content, reasoning: '', finishReason: 'stop', ...more });

describe('reading a plain answer', () => {
  it.each<[content: string, judgment: Judgment]>([
    ['Output (a)', 'first'],
    [' output (b)\r\n', 'second'],
    ['<think>Output (a)?</think>\n\nOutput (b)', 'second'],
    ['Output (a) is better', 'invalid'],
    ['Output (a).', 'invalid'],
    ['"Output (a)"', 'invalid'],
    ['Output (a)\nOutput (b)', 'invalid'],
    ['Output \uff08a\uff09', 'invalid'],
    ['<think>Output (a)', 'invalid'],
    ['<think>Output (a)</think>', 'invalid'],
    ['', 'invalid'],
  ])('%j', (content, judgment) => expect(readAnswer(chosen(content), rule).judgment).toBe(judgment));

  it('is invalid if it was cut off', () => {
    expect(readAnswer(chosen('Output (a)', { finishReason: 'length' }), rule).judgment).toBe('invalid');
  });

  it('has no rationale except the reasoning of the judge', () => {
    expect(readAnswer(chosen('Output (a)'), rule).rationale).toBe('');
    expect(readAnswer(chosen('Output (a)', { reasoning: 'Hm.' }), rule).rationale).toBe('Hm.');
  });
});
