/** What became of the records of a stage: the committed rows and failures, in the order of their ids. */
import { compareIds, type Failure, failureSchema, type Manifest, type Row, rowSchema } from '@proofmill/contract';
import { readJsonLines } from './json-lines.ts';
import { manifestsOf } from './manifests.ts';
import { requireEnd } from './plan.ts';
import type { StageFolder } from './stage-folder.ts';

export interface StoredOutcome {
  readonly record: Row | Failure;
  /** The record is the last one of its shard. */
  readonly endsShard: boolean;
}

export const isRow = (record: Row | Failure): record is Row => 'responses' in record;

/** Every record of a stage that is committed. IntegrityError where it is not. */
export async function* outcomesOf(folder: StageFolder): AsyncGenerator<StoredOutcome> {
  const { shards } = await requireEnd(folder);
  for await (const manifest of manifestsOf(folder, shards)) yield* outcomesOfShard(folder, manifest);
}

/** The records of a stage without a label. IntegrityError where the stage is not committed. */
export async function* failuresOf(folder: StageFolder): AsyncGenerator<Failure> {
  const { shards } = await requireEnd(folder);
  for await (const { failures } of manifestsOf(folder, shards)) {
    for await (const line of readJsonLines(folder.store, failures.path)) yield failureSchema.parse(JSON.parse(line));
  }
}

async function* outcomesOfShard({ store }: StageFolder, manifest: Manifest): AsyncGenerator<StoredOutcome> {
  await using rows = linesOf(readJsonLines(store, manifest.rows.path), rowSchema);
  await using failures = linesOf(readJsonLines(store, manifest.failures.path), failureSchema);
  let row = await rows.next();
  let failure = await failures.next();
  while (row || failure) {
    const record = row && (!failure || compareIds(row.id, failure.id) < 0) ? row : failure;
    if (record === row) row = await rows.next();
    else failure = await failures.next();
    if (record) yield { record, endsShard: !row && !failure };
  }
}

interface Lines<Value> extends AsyncDisposable {
  /** Null at the end. */
  next(): Promise<Value | null>;
}

const linesOf = <Value>(
  lines: AsyncGenerator<string, undefined>,
  schema: { parse(value: unknown): Value },
): Lines<Value> => ({
  async next() {
    const line = await lines.next();
    return line.done ? null : schema.parse(JSON.parse(line.value));
  },
  async [Symbol.asyncDispose]() {
    await lines.return(undefined);
  },
});
