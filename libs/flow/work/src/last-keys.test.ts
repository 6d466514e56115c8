import { expect, it } from 'vitest';
import { LastKeys } from './last-keys.ts';

it('keeps the last keys, each once, and forgets the oldest', () => {
  const last = new LastKeys(3);
  const kept = (): string[] => ['a', 'b', 'c', 'd', 'e'].filter((key) => last.has(key));
  for (const key of ['a', 'b', 'a', 'c']) last.add(key);
  expect(kept()).toEqual(['a', 'b', 'c']);
  last.add('d');
  expect(kept()).toEqual(['b', 'c', 'd']);
  last.add('e');
  last.add('a');
  expect(kept()).toEqual(['a', 'd', 'e']);
});
