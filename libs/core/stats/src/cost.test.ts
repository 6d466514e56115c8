import { expect, test } from 'vitest';
import { costOf, costText, sumOfCosts } from './index.ts';

const own = { prompt: 2.5, completion: 10 };
const first = { prompt: 0.5, completion: 1 };
const tokens = { prompt: 3_000_000, completion: 500_000 };
const none = { prompt: 0, completion: 0 };

test('a stage costs its tokens at its price, and those of its first judge at another', () => {
  expect(costOf({ own, first: own }, { tokens, firstTokens: none })).toBe(12.5);
  const firstTokens = { prompt: 2_000_000, completion: 100_000 };
  expect(costOf({ own, first }, { tokens, firstTokens })).toBeCloseTo(2.5 + 4 + 1 + 0.1, 9);
});

test('a cost is known where every price that counts is', () => {
  expect(costOf({ own: null, first: null }, { tokens, firstTokens: none })).toBeNull();
  expect(costOf({ own: null, first: null }, { tokens: none, firstTokens: none })).toBeNull();
  expect(costOf({ own, first: null }, { tokens, firstTokens: none })).toBe(12.5);
  expect(costOf({ own, first: null }, { tokens, firstTokens: tokens })).toBeNull();
  expect(sumOfCosts([1, 2.5])).toBe(3.5);
  expect(sumOfCosts([1, null])).toBeNull();
});

test.each([
  [0, '0.0000'],
  [12.3, '12.30'],
  [0.0412, '0.0412'],
])('%d is written as %s', (cost, text) => {
  expect(costText(cost)).toBe(text);
});
