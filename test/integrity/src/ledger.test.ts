import { expect, test } from 'vitest';
import { ledgerOf } from './ledger.ts';

const row = (id: string, winner = 0): string => `${JSON.stringify({ id, winner })}\n`;
const rows = (...data: string[]) => ({
  data: new Map([['train.jsonl', data.join('')]]),
  failed: new Map<string, string>(),
});

const expected = rows(row('a'), row('b'));

test('an output with each record once balances', () => {
  expect(ledgerOf(expected, rows(row('b'), row('a')))).toEqual({ lost: [], doubled: [], changed: [] });
});

test('a record without a row or a failure is lost', () => {
  expect(ledgerOf(expected, rows(row('a'))).lost).toEqual(['b']);
});

test('a record with two rows, or with a row and a failure, is doubled', () => {
  expect(ledgerOf(expected, rows(row('a'), row('b'), row('b'))).doubled).toEqual(['b']);
  const failed = new Map([['00000.jsonl', row('a')]]);
  expect(ledgerOf(expected, { ...expected, failed }).doubled).toEqual(['a']);
});

test('a row that differs, a failure in the place of a row, and a record that nobody asked for are changes', () => {
  expect(ledgerOf(expected, rows(row('a', 1), row('b'))).changed).toEqual(['a']);
  expect(ledgerOf(expected, { ...rows(row('a')), failed: new Map([['f', row('b')]]) }).changed).toEqual(['b']);
  expect(ledgerOf(expected, rows(row('a'), row('b'), row('c'))).changed).toEqual(['c']);
});
