import { expect, it } from 'vitest';
import { describeFlavours } from './index.ts';

it.each([
  [
    { 'prompt + chosen/rejected': 120, 'question + response_A/response_B': 540 },
    5,
    'question + response_A/response_B, 540 records; prompt + chosen/rejected, 120; 5 unreadable',
  ],
  [{ 'prompt + responses': 1 }, 0, 'prompt + responses, 1 record'],
  [{ b: 1000, a: 1000 }, 1_234_567, 'a, 1,000 records; b, 1,000; 1,234,567 unreadable'],
  [{}, 0, 'no records'],
])('%j and %i unreadable', (counts, unreadable, sentence) => {
  expect(describeFlavours(new Map(Object.entries(counts)), unreadable)).toBe(sentence);
});
