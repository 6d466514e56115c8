import type { Input } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { inputChanges } from './input-changes.ts';

const file = (uri: string, bytes = 10, etag = 'a'): Input => ({ uri, bytes, etag });

it.each<[string, Input[], Input[], string[]]>([
  ['nothing', [file('a'), file('b')], [file('a'), file('b')], []],
  ['a new file', [file('a')], [file('a'), file('b')], ['b is new']],
  ['a missing file', [file('a'), file('b')], [file('b')], ['a is gone']],
  ['a longer file', [file('a')], [file('a', 12, 'b')], ['a had 10 bytes and has 12']],
  ['a file written again', [file('a')], [file('a', 10, 'b')], ['a was written again, with the same size']],
  ['another order', [file('a'), file('b')], [file('b'), file('a')], ['the files are in another order']],
])('a corpus that differs by %s', (_by, before, now, changes) => {
  expect(inputChanges(before, now)).toEqual(changes);
});

it('names some of many files', () => {
  const now = Array.from({ length: 9 }, (_, index) => file(String(index)));
  const changes = inputChanges([], now);
  expect(changes).toHaveLength(6);
  expect(changes.at(-1)).toBe('.. and 4 more');
});
