import { expect, test } from 'vitest';
import { witnessOf } from './witness.ts';

const asked = (item: string, times: number, seed = 1) => ({ answer: `${item} 0 ${seed}`, items: [item], asked: times });

test('an answer that is asked for again without a reason is over the bound', () => {
  const witness = witnessOf();
  witness.allow(['a']);
  const { over, again, allowed } = witness.judge([asked('a', 2), asked('b', 2), asked('c', 1)]);
  expect({ again, allowed }).toEqual({ again: 2, allowed: 1 });
  expect(over).toEqual(['b: answer b 0 1 was asked for 2 times, 1 are allowed']);
});

test('a reason counts once, and reasons add up', () => {
  const witness = witnessOf();
  witness.allow(['a', 'b']);
  witness.allow(['b']);
  expect(witness.judge([asked('a', 3), asked('b', 3)]).over).toEqual([
    'a: answer a 0 1 was asked for 3 times, 2 are allowed',
  ]);
});

test('what is known by its number alone is allowed for so many items', () => {
  const witness = witnessOf();
  witness.allowAny(1);
  expect(witness.judge([asked('a', 2, 1), asked('a', 2, 2), asked('b', 2)]).over).toHaveLength(1);
});

test('items that were taken over are counted apart, as many as were offered', () => {
  const witness = witnessOf();
  witness.offered(1);
  const { takenOver, allowed, over } = witness.judge([asked('a', 2, 1), asked('a', 2, 2), asked('b', 2)]);
  expect({ takenOver, allowed }).toEqual({ takenOver: 2, allowed: 0 });
  expect(over).toHaveLength(1);
});

test('a request about no item of the job is over the bound where it is repeated', () => {
  const witness = witnessOf();
  expect(witness.judge([{ answer: 'x', items: [], asked: 1 }]).over).toEqual([]);
  expect(witness.judge([{ answer: 'x', items: [], asked: 2 }]).over).toHaveLength(1);
});
