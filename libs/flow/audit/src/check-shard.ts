/** Reads every row of a committed shard against its pack: each planned id once, in order, with what was planned and counted. */
import {
  type Codec,
  type Failure,
  failureSchema,
  idOf,
  type LabelDefinition,
  type Manifest,
  type Outcome,
  type PackLine,
  type PlanEntry,
  type Row,
  rowSchema,
  type StageFile,
} from '@proofmill/contract';
import { readLines, recordValue, type StageFolder, type StoredRecord, storedRecords } from '@proofmill/folder';
import { differences } from '@proofmill/plan';
import { addJoined, emptyTotals } from '@proofmill/stats';
import { attempt } from './attempt.ts';
import { problemsOfRow } from './check-row.ts';
import { compareTotals } from './compare-totals.ts';
import type { Findings } from './findings.ts';

export async function checkShardDeep(options: {
  folder: StageFolder;
  stage: StageFile;
  /** The definition of the stage that made the labels; null where they are the corpus's own. */
  labelled: LabelDefinition | null;
  entry: PlanEntry;
  manifest: Manifest;
  found: Findings;
  codec: Codec;
}): Promise<void> {
  const { folder, stage, labelled, entry, manifest, found, codec } = options;
  const { store, paths } = folder;
  const totals = emptyTotals();
  await using open = new AsyncDisposableStack();
  const rows = open.adopt(storedRecords(store, manifest.rows, codec), closed);
  const failures = open.adopt(storedRecords(store, manifest.failures, codec), closed);
  const nextRow = (): Promise<Row | null> => nextOf(rows, rowSchema, manifest.rows.path, found);
  const nextFailure = (): Promise<Failure | null> => nextOf(failures, failureSchema, manifest.failures.path, found);
  let row = await nextRow();
  let failure = await nextFailure();

  for (const [number, chunk] of entry.chunks.entries()) {
    const pack = paths.pack(entry.shard);
    const lines = await attempt(found, pack, () => readLines(folder, codec, entry, number));
    if (!lines) return;
    const decided = lines.filter((line) => !line.ask).map((line) => line.index);
    if (differences(decided, chunk.decided).length > 0)
      found.add(pack, `chunk ${number}: its decided records are not the planned ones`);
    for (const line of lines) {
      const id = idOf(line, entry.shard);
      if (row?.id === id) {
        for (const problem of problemsOfRow({ row, line, shard: entry.shard, stage, labelled }))
          found.add(manifest.rows.path, `${id}: ${problem}`);
        addJoined(totals, { row }, outcomeOf(line), stage.definition.name);
        row = await nextRow();
        if (failure?.id === id) found.add(manifest.failures.path, `${id} is in the rows as well`);
      } else if (failure?.id === id) {
        addJoined(totals, { failure }, outcomeOf(line), stage.definition.name);
        failure = await nextFailure();
      } else {
        found.add(
          manifest.rows.path,
          `${id} is planned, and missing or out of order (next row ${row?.id ?? 'none'}, next failure ${failure?.id ?? 'none'})`,
        );
        return;
      }
    }
  }
  if (row) found.add(manifest.rows.path, `${row.id} is not planned, or a duplicate`);
  if (failure) found.add(manifest.failures.path, `${failure.id} is not planned, or a duplicate`);
  compareTotals(paths.manifest(entry.shard), manifest.totals, totals, found);
}

/** Ends a reader that may not have come to its end. */
const closed = async (records: AsyncGenerator<StoredRecord, undefined>): Promise<void> => {
  await records.return(undefined);
};

const outcomeOf = (line: PackLine): Outcome =>
  line.ask || line.decided.type === 'same' ? { type: 'done', tokens: { prompt: 0, completion: 0 } } : line.decided;

/** The next record that fits the schema; each one that does not is a finding. Null at the end, or where reading fails. */
async function nextOf<Value extends Row | Failure>(
  records: AsyncGenerator<StoredRecord>,
  schema: { safeParse(value: unknown): { success: true; data: Value } | { success: false; error: Error } },
  path: string,
  found: Findings,
): Promise<Value | null> {
  for (;;) {
    const record = await attempt(found, path, () => records.next());
    if (!record || record.done) return null;
    try {
      const parsed = schema.safeParse(recordValue(record.value));
      if (parsed.success) return parsed.data;
      found.add(path, `a record does not fit the schema: ${parsed.error.message.slice(0, 300)}`);
    } catch {
      found.add(path, `a line is not JSON: ${String(record.value).slice(0, 80)}`);
    }
  }
}
