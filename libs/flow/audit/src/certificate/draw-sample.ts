import { ConfigurationError, type Row } from '@proofmill/contract';
import { type CompleteOutput, keptRows, sampleOf } from './kept-rows.ts';

/**
 * A random sample of the rows that are kept and have a judge's label, in the order of the sample. Fewer where there are no more. Read are all
 * rows twice, and held are those of the sample.
 * @throws {ConfigurationError} where there is no such row
 */
export async function drawSample(output: CompleteOutput, size: number): Promise<Row[]> {
  const sample = sampleOf(output, size);
  for await (const row of keptRows(output)) sample.offer(row.id, row.id);
  const ids = sample.items();
  if (ids.length === 0)
    throw new ConfigurationError(
      'no row of this output is kept and has a label of a judge: there is nothing to sample',
    );
  const wanted = new Set(ids);
  const rows = new Map<string, Row>();
  for await (const row of keptRows(output)) if (wanted.has(row.id)) rows.set(row.id, row);
  return ids.flatMap((id) => rows.get(id) ?? []);
}
