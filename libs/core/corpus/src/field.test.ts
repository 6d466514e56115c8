import { expect, it } from 'vitest';
import { fieldAt } from './field.ts';

const record = JSON.parse(
  '{"a":{"b":1},"a.b":2,"list":[{"t":"x"},{"t":"y"},{}],"deep":[[1,2],[3]],"__proto__":{"p":1}}',
);

it.each([
  ['a.b', 2],
  ['a', { b: 1 }],
  ['list[0].t', 'x'],
  ['list[-1]', {}],
  ['list[-2].t', 'y'],
  ['list[7].t', undefined],
  ['list[-7].t', undefined],
  ['list[*].t', ['x', 'y', undefined]],
  ['deep[*][0]', [1, 3]],
  ['a[*].b', undefined],
  ['a[0]', undefined],
  ['constructor.name', undefined],
  ['a.toString', undefined],
  ['', undefined],
  ['[', undefined],
])('%s is %j', (path, value) => {
  expect(fieldAt(record, path)).toEqual(value);
});
