import { expect, test } from 'vitest';
import { heldTo } from './structured-outputs.ts';

const regex = '<think>\n?[^<>]{20,200}</think>\n<answer>(A|B)</answer>';
const held = (text: string): string => heldTo({ structured_outputs: { regex } }, text);

test('an answer is put into the form that structured outputs want', () => {
  const long = 'Response B is wrong about the year. '.repeat(10);
  expect(held(`<think>\n${long}\n</think>\n<answer>\nA\n</answer>`)).toMatch(new RegExp(`^${regex}$`));
  const short = `<think>Response B is wrong about it.</think>\n<answer>A</answer>`;
  expect(held(short)).toBe(short);
});

test('an answer that cannot be is left as it is', () => {
  expect(held('It depends.')).toBe('It depends.');
  expect(heldTo({ structured_outputs: { regex: '(?i)x' } }, '<answer> A </answer>')).toBe('<answer> A </answer>');
  expect(heldTo({}, '<answer> A </answer>')).toBe('<answer> A </answer>');
});
