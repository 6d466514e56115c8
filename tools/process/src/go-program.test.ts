import { expect, test } from 'vitest';
import { requireSum } from './go-program.ts';

test('a module with another digest than the pinned one is refused, with both', () => {
  expect(() => requireSum('example.com/m@v1.0.0', 'h1:aa=', 'h1:aa=')).not.toThrow();
  expect(() => requireSum('example.com/m@v1.0.0', 'h1:aa=', 'h1:bb=')).toThrow(
    'example.com/m@v1.0.0 is not what it was: its digest is h1:bb=, not h1:aa=.',
  );
});
