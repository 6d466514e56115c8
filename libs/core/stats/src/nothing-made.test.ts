import { describe, expect, test } from 'vitest';
import { whyNothingMade } from './nothing-made.ts';
import { emptyTotals } from './totals.ts';

const label = { kind: 'label', name: 'label' } as const;
const prove = { kind: 'prove', name: 'prove' } as const;

describe('a job does not end well', () => {
  test('where no record has a label', () => {
    const totals = { ...emptyTotals(), records: 1234, failed: 1234 };
    expect(whyNothingMade(label, totals, true)).toBe('none of the 1,234 records has a label after stage label');
    expect(whyNothingMade(label, { ...emptyTotals(), records: 1, failed: 1 }, true)).toBe(
      'the only record has no label after stage label',
    );
  });

  test('where it only proves, and every proof failed for want of an answer', () => {
    const totals = { ...emptyTotals(), records: 4, labelled: 3, failed: 1 };
    totals.notKeptByReason = { 'proof-failed: timeout': 2, 'proof-failed: bad-request': 1 };
    expect(whyNothingMade(prove, totals, true)).toBe('none of the 4 records has a proof after stage prove');
  });
});

describe('a job may end well', () => {
  const one = { ...emptyTotals(), records: 4, labelled: 1, failed: 3 };

  test('with one label, also where it is a tie or is not kept', () => {
    expect(whyNothingMade(label, { ...one, tied: 1, notKeptByReason: { tie: 1 } }, true)).toBeNull();
  });

  test('with one proof, also where it fails its checks', () => {
    expect(whyNothingMade(prove, { ...one, notKeptByReason: { 'proof: whole': 1 } }, true)).toBeNull();
  });

  test('with labels whose proofs all failed: the labels are there', () => {
    expect(whyNothingMade(prove, { ...one, notKeptByReason: { 'proof-failed: timeout': 1 } }, false)).toBeNull();
  });
});
