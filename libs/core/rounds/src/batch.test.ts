import { expect, test } from 'vitest';
import { batchRecord, isHeldOut, partOf, promptNumber } from './batch.ts';

const asks = (content: string) => [{ role: 'user', content }];

test('case, white space and compatible forms make no other prompt; roles and words do', () => {
  const number = promptNumber(asks('Convert 8 miles'));
  expect(promptNumber(asks('  convert 8\n  MILES '))).toBe(number);
  expect(promptNumber(asks('Ｃonvert ８ miles'))).toBe(number);
  expect(promptNumber(asks('Convert 9 miles'))).not.toBe(number);
  expect(promptNumber([{ role: 'system', content: 'Convert 8 miles' }])).not.toBe(number);
});

test('parts divide the prompts evenly, and a share of each part is held out', () => {
  const numbers = Array.from({ length: 4000 }, (_, index) => promptNumber(asks(`question ${index}`)));
  for (const part of [0, 1, 2, 3]) {
    const own = numbers.filter((number) => partOf(number, 4) === part);
    expect(own.length).toBeGreaterThan(900);
    const held = own.filter((number) => isHeldOut(number, 0.2));
    expect(held.length / own.length).toBeGreaterThan(0.15);
    expect(held.length / own.length).toBeLessThan(0.25);
  }
  expect(numbers.some((number) => isHeldOut(number, 0))).toBe(false);
  expect(numbers.every((number) => isHeldOut(number, 1))).toBe(true);
});

test('a record has its gold label only where the batch is to have it', () => {
  const item = { sourceId: 'a', source: { file: 'f', line: 1 }, prompt: asks('q'), responses: ['x', 'y'], gold: 1 };
  expect(batchRecord(item, true)).toEqual({ id: 'a', prompt: asks('q'), responses: ['x', 'y'], gold: [0, 1] });
  expect(batchRecord(item, false).gold).toBeNull();
  expect(batchRecord({ ...item, gold: null, goldTied: [0, 1] }, true).gold).toEqual([1, 1]);
});
