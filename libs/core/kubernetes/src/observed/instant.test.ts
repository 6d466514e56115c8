import { expect, test } from 'vitest';
import { instantOf, secondsBetween } from './instant.ts';

test('an instant is that of the clock of JavaScript, for each day of 800 years', () => {
  const dayMs = 86_400_000;
  const other: string[] = [];
  for (let ms = Date.UTC(1699, 11, 30, 23, 59, 58); ms < Date.UTC(2501, 0, 2); ms += dayMs) {
    const time = new Date(ms).toISOString();
    if (instantOf(time) !== ms / 1000) other.push(time);
  }
  expect(other).toEqual([]);
});

test('what is no time is null, and no seconds pass to or from it', () => {
  expect(['', '2026-01-01', '2026-01-01T00:00:00+01:00'].map(instantOf)).toEqual([null, null, null]);
  expect(secondsBetween('2026-02-28T23:59:30Z', '2026-03-01T00:00:00.9Z')).toBe(30);
  expect(secondsBetween('2026-03-01T00:00:00Z', '2026-02-28T23:59:30Z')).toBe(0);
  expect(secondsBetween('', '2026-03-01T00:00:00Z')).toBe(0);
});
