import type { Codec, OutputManifest, Row, Store } from '@proofmill/contract';
import { committedRows } from '@proofmill/folder';
import { RandomSample } from '@proofmill/stats';

/** What is read of a complete output. */
export interface CompleteOutput {
  readonly store: Store;
  readonly codec: Codec;
  readonly manifest: OutputManifest;
}

/** The rows that are kept, in the order of the files. Rejects with IntegrityError where a file is not the committed one. */
export async function* keptRows({ store, codec, manifest }: CompleteOutput): AsyncGenerator<Row, undefined> {
  for (const { rows } of manifest.shards) {
    if (rows.count === 0) continue;
    for await (const row of committedRows(store, rows, codec)) if (row.kept) yield row;
  }
  return undefined;
}

/** A sample whose seed is the run of the output's first stage, which follows from its job and its plan: nobody chooses it. */
export const sampleOf = ({ manifest }: CompleteOutput, size: number): RandomSample =>
  new RandomSample(size, manifest.runs[0]?.run ?? '');
