import { columnsOf } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { datasetInfo } from './card-features.ts';

it('every column is declared: groups in lists as list, all other lists as sequence', () => {
  const columns = columnsOf(
    z.object({
      id: z.string(),
      share: z.number().nullable(),
      source: z.object({ line: z.int() }),
      flags: z.array(z.string()),
      votes: z.array(z.object({ order: z.array(z.int()), tie: z.boolean() })),
      grid: z.array(z.array(z.number())),
    }),
  );
  expect(datasetInfo(columns)).toBe(`dataset_info:
  features:
  - name: id
    dtype: string
  - name: share
    dtype: float64
  - name: source
    struct:
    - name: line
      dtype: int64
  - name: flags
    sequence: string
  - name: votes
    list:
    - name: order
      sequence: int64
    - name: tie
      dtype: bool
  - name: grid
    sequence:
      sequence: float64`);
});
