/** What has become of every record of an output: the newest row or failure of each, whichever generation holds it. */
import {
  type Codec,
  type Failure,
  failureSchema,
  type OutputManifest,
  type Row,
  type Store,
} from '@proofmill/contract';
import { committedRecords } from './committed-files.ts';
import { committedRows } from './row-files.ts';

/**
 * Every record of a complete output, once, generation by generation from the newest back. What a retry asked about again is held
 * by its id, and nothing else. IntegrityError where a file is not what the manifest says.
 */
export async function* currentOutcomes(
  store: Store,
  { shards, generations = [] }: OutputManifest,
  codec: Codec,
): AsyncGenerator<Row | Failure> {
  const retries = new Set(generations.flatMap(({ number, kind }) => (kind === 'retry' ? [number] : [])));
  const superseded = new Set<string>();
  const numbers = [...new Set(shards.map(({ generation = 0 }) => generation))].sort((one, other) => other - one);
  for (const number of numbers) {
    const isRetry = retries.has(number);
    const ids: string[] = [];
    for (const { generation = 0, rows, failures } of shards) {
      if (generation !== number) continue;
      for await (const row of rows.count === 0 ? [] : committedRows(store, rows, codec)) {
        if (superseded.has(row.id)) continue;
        if (isRetry) ids.push(row.id);
        yield row;
      }
      for await (const failure of failures.count === 0 ? [] : committedRecords(store, failures, failureSchema)) {
        if (superseded.has(failure.id)) continue;
        if (isRetry) ids.push(failure.id);
        yield failure;
      }
    }
    for (const id of ids) superseded.add(id);
  }
}
