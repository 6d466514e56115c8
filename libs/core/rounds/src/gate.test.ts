import { expect, test } from 'vitest';
import { verdictOf } from './gate.ts';

const parent = (value: number, p: number | null) => ({ value, interval: null, p, shared: 60 });

test('a level is reached or it is not, and the sentence says which', () => {
  const gate = { metric: 'held', atLeast: 0.8 };
  expect(verdictOf(gate, { value: 0.8 }, null)).toMatchObject({ passed: true, atLeast: 0.8, p: null });
  const missed = verdictOf(gate, { value: 0.79 }, null);
  expect(missed.passed).toBe(false);
  expect(missed.why).toBe('79.00 % of held does not reach the 80.00 % that the gate asks for');
});

test('a judge below its parent is refused only beyond chance', () => {
  const gate = { metric: 'held', notBelowParent: { alpha: 0.05 } };
  expect(verdictOf(gate, { value: 0.7 }, parent(-0.05, 0.06)).passed).toBe(true);
  expect(verdictOf(gate, { value: 0.7 }, parent(-0.05, 0.04))).toMatchObject({
    passed: false,
    difference: -0.05,
    p: 0.04,
  });
  expect(verdictOf(gate, { value: 0.7 }, parent(0, 1)).passed).toBe(true);
});

test('the first judge has no parent; one prompt shows no difference, so the gate does not pass', () => {
  const gate = { metric: 'held', notBelowParent: { alpha: 0.05 } };
  expect(verdictOf(gate, { value: 0.7 }, null).passed).toBe(true);
  expect(verdictOf(gate, { value: 0.7 }, parent(0, null)).passed).toBe(false);
});

test('of two rules both have to pass', () => {
  const gate = { metric: 'held', atLeast: 0.9, notBelowParent: { alpha: 0.05 } };
  expect(verdictOf(gate, { value: 0.7 }, parent(0.1, 0.9)).passed).toBe(false);
  expect(verdictOf(gate, { value: 0.95 }, parent(-0.1, 0.001)).passed).toBe(false);
});
