import { expect, it } from 'vitest';
import { refusalNotices } from './refusal-notices.ts';

it('people are told the first refusal with its item and reason, each new reason, and every tenfold number', () => {
  const told: string[] = [];
  const note = refusalNotices('label', (sentence) => told.push(sentence));
  note('00000:3', 'has 9000 valid votes in one order');
  expect(told).toEqual([
    expect.stringMatching(
      /^stage label: a collector refuses the outcome of item 00000:3, because it has 9000 valid votes/,
    ),
  ]);
  expect(told[0]).toContain('An item fails after 3 refused outcomes.');
  for (let count = 2; count <= 100; count += 1)
    note('00000:4', count === 5 ? 'is no outcome' : 'has 9000 valid votes in one order');
  expect(told.map((sentence) => /\((\d+) outcomes so far\)/.exec(sentence)?.[1] ?? '1')).toEqual([
    '1',
    '5',
    '10',
    '100',
  ]);
});

it('reasons that differ each time do not flood a log', () => {
  const told: string[] = [];
  const note = refusalNotices('label', (sentence) => told.push(sentence));
  for (let count = 0; count < 5000; count += 1) note('00000:1', `has ${count} votes`);
  expect(told.length).toBeLessThan(12);
});
