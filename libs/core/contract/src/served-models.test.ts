import { expect, it } from 'vitest';
import { servedNames } from './served-models.ts';

it('names all models of an engine that has few, and the first of one that has many', () => {
  const names = Array.from({ length: 200 }, (_, index) => `m${index}`);
  expect(servedNames([])).toBe('');
  expect(servedNames(['smol', 'big'])).toBe('smol, big');
  expect(servedNames(names.slice(0, 20))).toBe(names.slice(0, 20).join(', '));
  expect(servedNames(names)).toMatch(/^m0, m1, .*, m19 and 180 more$/);
});
