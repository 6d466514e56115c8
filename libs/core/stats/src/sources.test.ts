import { type Health, totalsSchema } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { addSource } from './sources.ts';
import { emptyTotals } from './totals.ts';

const row = { compared: 0, agreed: 0, labelled: 1, tied: 0 };

it('files with names that objects have already are files like any other, and outlast a manifest', () => {
  const totals = emptyTotals();
  const names = ['constructor', '__proto__', 'toString', '7', '', '(other files)'];
  for (const name of names) addSource(totals.health.bySource, name, row);
  const bySource: Health['bySource'] = totalsSchema.parse(JSON.parse(JSON.stringify(totals))).health.bySource;
  expect(bySource).toEqual(totals.health.bySource);
  expect(Object.values(bySource).reduce((sum, source) => sum + source.labelled, 0)).toBe(names.length);
  expect(bySource.constructor).toEqual(row);
});
