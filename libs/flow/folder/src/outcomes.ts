/** What became of the records of a stage: the committed rows and failures, in the order of their ids. */
import { type Codec, compareIds, type Failure, failureSchema, type Manifest, type Row } from '@proofmill/contract';
import { committedRecords, verifyCommitted } from './committed-files.ts';
import { manifestsOf } from './manifests.ts';
import { requireEnd } from './plan.ts';
import { committedRows } from './row-files.ts';
import type { StageFolder } from './stage-folder.ts';

export interface StoredOutcome {
  readonly record: Row | Failure;
  /** The record is the last one of its shard. */
  readonly endsShard: boolean;
}

export const isRow = (record: Row | Failure): record is Row => 'responses' in record;

/**
 * Every record of a stage that is committed. Each file is compared with its manifest as it is read: both are known to be whole
 * before the last record of their shard is given. IntegrityError where one is not, or where the stage is not committed.
 */
export async function* outcomesOf(folder: StageFolder, codec: Codec): AsyncGenerator<StoredOutcome> {
  const { shards } = await requireEnd(folder);
  for await (const manifest of manifestsOf(folder, shards)) yield* outcomesOfShard(folder, manifest, codec);
}

/**
 * The same for a reader that takes what it needs and may never come to the end of a shard: its files are compared with their
 * manifest beforehand, so they are read twice.
 */
export async function* checkedOutcomesOf(folder: StageFolder, codec: Codec): AsyncGenerator<StoredOutcome> {
  const { store } = folder;
  const { shards } = await requireEnd(folder);
  for await (const manifest of manifestsOf(folder, shards)) {
    await verifyCommitted(store, manifest.rows);
    await verifyCommitted(store, manifest.failures);
    yield* outcomesOfShard(folder, manifest, codec);
  }
}

/** The records of a stage without a label, of files that were compared with their manifest beforehand. */
export async function* checkedFailuresOf(folder: StageFolder): AsyncGenerator<Failure> {
  const { shards } = await requireEnd(folder);
  for await (const { failures } of manifestsOf(folder, shards)) {
    await verifyCommitted(folder.store, failures);
    yield* committedRecords(folder.store, failures, failureSchema);
  }
}

async function* outcomesOfShard(
  { store }: StageFolder,
  manifest: Manifest,
  codec: Codec,
): AsyncGenerator<StoredOutcome> {
  await using rows = recordsOf(committedRows(store, manifest.rows, codec));
  await using failures = recordsOf(committedRecords(store, manifest.failures, failureSchema));
  let row = await rows.next();
  let failure = await failures.next();
  while (row || failure) {
    const record = row && (!failure || compareIds(row.id, failure.id) < 0) ? row : failure;
    if (record === row) row = await rows.next();
    else failure = await failures.next();
    if (record) yield { record, endsShard: !row && !failure };
  }
}

interface Records<Value> extends AsyncDisposable {
  /** Null at the end. */
  next(): Promise<Value | null>;
}

const recordsOf = <Value>(records: AsyncGenerator<Value, undefined>): Records<Value> => ({
  async next() {
    const record = await records.next();
    return record.done ? null : record.value;
  },
  async [Symbol.asyncDispose]() {
    await records.return(undefined);
  },
});
