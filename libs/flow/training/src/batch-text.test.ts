import type { BatchFile } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { batchText, nothingLeftText } from './batch-text.ts';

const counts = {
  ...{ read: 9, unreadable: 0, otherParts: 3, evaluated: 0, sharedWords: 0, started: 0, items: 0, heldOut: 0 },
  ...{ gold: 0, goldUnusable: 0 },
};
const batch = (more: Partial<typeof counts>, benchmarks: BatchFile['benchmarks'] = {}): BatchFile => ({
  ...{ v: 1, part: 0, parts: 2, files: [], benchmarks },
  counts: { ...counts, ...more },
});

it('a batch says what was left out, and which part of the measurement it was left out for', () => {
  const held = { prompts: 2, words: 0 };
  expect(
    batchText(batch({ items: 4, heldOut: 1, gold: 5, evaluated: 2 }, { held, other: { prompts: 0, words: 0 } })),
  ).toBe(
    'batch: 4 pairs, 6 more held out; left out: 3 of other rounds, 2 with a prompt that judges are measured on (held: 2), 0 that share thirteen words with one, 0 with a prompt of the seed data',
  );
});

it('an empty batch names the reasons that hold, and what helps against a shared instruction', () => {
  const shared = nothingLeftText(batch({ sharedWords: 6 }, { held: { prompts: 0, words: 6 } }), 'batch.corpus');
  expect(shared).toContain(
    'of 9 records 3 belong to other rounds, 6 that share thirteen words with one (held: 6). Prompts that share an instruction',
  );
  const others = nothingLeftText(batch({ started: 6 }), 'batch.corpus');
  expect(others).toContain('of 9 records 3 belong to other rounds, 6 with a prompt of the seed data. Name more files');
});
