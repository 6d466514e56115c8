import { expect, it } from 'vitest';
import { quietOf } from './quiet.ts';

it('is looked into after the first silence, then ever more rarely, and from the beginning after news', () => {
  const quiet = quietOf({ firstMs: 10, longestMs: 40 }, 0);
  const looks = (fromMs: number, toMs: number): number[] => {
    const at: number[] = [];
    for (let nowMs = fromMs; nowMs < toMs; nowMs += 1) if (quiet.due(nowMs) !== null) at.push(nowMs);
    return at;
  };
  expect(looks(0, 160)).toEqual([10, 30, 70, 110, 150]);
  quiet.news(160);
  expect(looks(160, 200)).toEqual([170, 190]);
  expect(quiet.due(230)).toBe(70);
});
