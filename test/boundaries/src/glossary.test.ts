/** Users and developers have the same words: what the contract calls a term is in the glossary. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './cruise.ts';

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The words at the head of the contract: `corpus     the input files, by URI`. */
const termsOfContract = (): string[] => {
  const [head = ''] = textOf('libs/core/contract/src/terms.ts').split('*/');
  return [...head.matchAll(/^ \* ([a-z]+) +[a-z]/gm)].map(([, term = '']) => term);
};

const termsOfGlossary = (): string[] =>
  [...textOf('docs/glossary.md').matchAll(/\*\*([^*]+)\*\*/g)].map(([, term = '']) => term);

test('every term of the contract is in the glossary', () => {
  const terms = termsOfContract();
  expect(terms).toEqual(expect.arrayContaining(['corpus', 'drive', 'engine']));
  const known = termsOfGlossary();
  expect(terms.filter((term) => !known.includes(term))).toEqual([]);
});

test('no term is explained twice', () => {
  const known = termsOfGlossary();
  expect(known.filter((term, index) => known.indexOf(term) !== index)).toEqual([]);
});
