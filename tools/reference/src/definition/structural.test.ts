import { expect, test } from 'vitest';
import { structuralOf } from './structural.ts';

test('an exclusive bound becomes a flag', () => {
  expect(structuralOf({ type: 'number', exclusiveMinimum: 0, maximum: 2 })).toEqual({
    type: 'number',
    minimum: 0,
    exclusiveMinimum: true,
    maximum: 2,
  });
});

test('null becomes a flag too', () => {
  const expected = { type: 'string', nullable: true };
  expect(structuralOf({ anyOf: [{ type: 'string' }, { type: 'null' }] })).toEqual(expected);
  expect(structuralOf({ type: ['string', 'null'] })).toEqual(expected);
});

test('objects of several kinds become one, with rules that keep their fields apart', () => {
  const kinds = [
    { type: 'object', properties: { kind: { const: 'a' }, name: { type: 'string' } }, required: ['kind'] },
    { type: 'object', properties: { kind: { const: 'b' }, size: { type: 'integer' } }, required: ['kind'] },
  ];
  expect(structuralOf({ oneOf: kinds })).toEqual({
    type: 'object',
    properties: { kind: { type: 'string', enum: ['a', 'b'] }, name: { type: 'string' }, size: { type: 'integer' } },
    required: ['kind'],
    'x-kubernetes-validations': [
      { rule: "self.kind != 'a' || (!has(self.size))", message: 'kind: a has none of the fields size' },
      { rule: "self.kind != 'b' || (!has(self.name))", message: 'kind: b has none of the fields name' },
    ],
  });
});

test('a number or a word is a value without a type, with a test for each', () => {
  expect(
    structuralOf({
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', enum: ['tie'] },
      ],
    }),
  ).toEqual({
    'x-kubernetes-preserve-unknown-fields': true,
    anyOf: [
      { not: { minimum: 1, maximum: 0 }, minimum: 0 },
      { not: { minLength: 1, maxLength: 0 }, enum: ['tie'] },
    ],
  });
});

test('what Kubernetes cannot express is refused, not dropped', () => {
  const forms = [
    { type: 'object', properties: { a: { type: 'string' } } },
    { type: 'object', properties: { a: { type: 'integer' } } },
  ];
  expect(() => structuralOf({ oneOf: forms })).toThrow('a field with different schemas in different objects');
});
