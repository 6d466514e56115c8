import { sha256 } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { divisionOf, placeOf } from './splits.ts';
import { promptKey, wordsOf } from './words.ts';

const keys = Array.from({ length: 2000 }, (_, at) => sha256(String(at))).sort();
const user = (content: string) => [{ role: 'user', content }];

describe('the place of a prompt', () => {
  it('is in the eval split for about its share, and stays there with a larger share', () => {
    const evalKeys = (evalShare: number) =>
      new Set(keys.filter((key) => placeOf(key, divisionOf(1000, evalShare)).split === 'eval'));
    const [small, large] = [evalKeys(0.1), evalKeys(0.2)];
    expect(small.size / keys.length).toBeCloseTo(0.1, 1);
    expect(large.size / keys.length).toBeCloseTo(0.2, 1);
    expect([...small].every((key) => large.has(key))).toBe(true);
    expect(evalKeys(0).size).toBe(0);
  });

  it('ascends with the digest: each file is whole before the next begins', () => {
    const division = { evalShare: 0.1, files: { train: 5, eval: 2 } };
    const places = keys.map((key) => placeOf(key, division)).map(({ split, file }) => `${split} ${file}`);
    const inOrder = ['eval 0', 'eval 1', 'train 0', 'train 1', 'train 2', 'train 3', 'train 4'];
    expect(places.filter((place, at) => place !== places[at - 1])).toEqual(inOrder);
  });

  it('is the same for prompts that differ in case, punctuation or system message', () => {
    const [plain] = [user('What is a tree?')].map(promptKey);
    expect(promptKey(user('  what IS a\ntree'))).toBe(plain);
    expect(promptKey([{ role: 'system', content: 'Be kind.' }, ...user('What is a tree?')])).toBe(plain);
    expect(promptKey(user('What is a tree house?'))).not.toBe(plain);
  });

  it('is not shared by prompts without words', () => {
    expect(promptKey(user('?!'))).not.toBe(promptKey(user('...')));
  });
});

describe('the words of a text', () => {
  it('are those of any script, a character each where none are parted by spaces', () => {
    expect(wordsOf('Größe: ２ m² (¿Qué?)')).toBe('größe 2 m2 qué');
    expect(wordsOf('木は何ですか')).toBe('木 は 何 で す か');
  });
});
