import { expect, test } from 'vitest';
import { rationaleText, reasonedAnswer } from './rationale-text.ts';

const names = ['Response 1', 'Response 2'] as const;

test('the names of people become those of a judge, with and without @', () => {
  const parts = ['@Response 1 is terse.', 'Response 2 explains more than Response 1.'];
  expect(rationaleText(parts, names)).toBe('Response A is terse.\n\nResponse B explains more than Response A.');
});

test('a longer name is another name, and letters of a pattern mean themselves', () => {
  expect(rationaleText(['Response 12 beats Response 1'], names)).toBe('Response 12 beats Response A');
  expect(rationaleText(['(a) beats (b)'], ['(a)', '(b)'])).toBe('Response A beats Response B');
});

test('where a part is missing there is no rationale', () => {
  expect(rationaleText(['text', null], names)).toBeNull();
  expect(rationaleText(['text', '  '], names)).toBeNull();
});

test('the answer has the form of the prompt of GRAM-R2', () => {
  expect(reasonedAnswer('why', 'B')).toBe('<think>why</think>\n<answer>\nB\n</answer>');
});
