import { paintFor } from '@proofmill/runtime';
import { emptyTotals } from '@proofmill/stats';
import { expect, it } from 'vitest';
import { readableStatus, type ShownStatus } from './status-text.ts';

const statusWith = (refused: number): ShownStatus => ({
  job: 'job',
  out: 'out',
  run: null,
  complete: false,
  nothingMade: null,
  generations: [],
  stages: [
    {
      stage: 'label',
      run: 'r',
      phase: 'running',
      shards: 1,
      committedShards: 0,
      records: 9,
      finished: 4,
      refused,
      totals: emptyTotals(),
    },
  ],
});

it('refused outcomes are said below the table, with how many records they concern, and only where there are any', () => {
  const shown = (refused: number): string => readableStatus(statusWith(refused), null, paintFor(process.stdout));
  expect(shown(2)).toContain('stage label: collectors refuse outcomes of 2 records; each of them fails after 3.');
  expect(shown(1)).toContain('outcomes of 1 record;');
  expect(shown(0)).not.toContain('refuse');
});
