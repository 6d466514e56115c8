/** Reads every row of a committed shard against its pack: each planned id once, in order, with what was planned and counted. */
import {
  type Failure,
  failureSchema,
  itemId,
  type Manifest,
  type Outcome,
  type PackLine,
  type PlanEntry,
  type Row,
  rowSchema,
  type StageFile,
  type Store,
  stagePaths,
} from '@proofmill/contract';
import { differences } from '@proofmill/plan';
import { addJoined, emptyTotals } from '@proofmill/stats';
import { attempt } from './attempt.ts';
import { type LabelDefinition, problemsOfRow } from './check-row.ts';
import { compareTotals } from './compare-totals.ts';
import type { ChunkReader } from './deep.ts';
import type { Findings } from './findings.ts';

export async function checkShardDeep(options: {
  store: Store;
  stage: StageFile;
  /** The definition of the stage that made the labels; null where they are the corpus's own. */
  labelled: LabelDefinition | null;
  entry: PlanEntry;
  manifest: Manifest;
  found: Findings;
  readChunk: ChunkReader;
}): Promise<void> {
  const { store, stage, labelled, entry, manifest, found, readChunk } = options;
  const paths = stagePaths(stage.definition.name);
  const totals = emptyTotals();
  const rows = jsonLines(store, manifest.rows.path);
  const failures = jsonLines(store, manifest.failures.path);
  let row = await nextOf(rows, rowSchema, manifest.rows.path, found);
  let failure = await nextOf(failures, failureSchema, manifest.failures.path, found);

  for (const [number, chunk] of entry.chunks.entries()) {
    const lines = await attempt(found, paths.pack(entry.shard), () => readChunk(paths.pack(entry.shard), chunk));
    if (!lines) return;
    const decided = lines.filter((line) => !line.ask).map((line) => line.index);
    if (differences(decided, chunk.decided).length > 0)
      found.add(paths.pack(entry.shard), `chunk ${number}: its decided records are not the planned ones`);
    for (const line of lines) {
      const id = itemId(entry.shard, line.index);
      if (row?.id === id) {
        for (const problem of problemsOfRow({ row, line, shard: entry.shard, stage, labelled }))
          found.add(manifest.rows.path, `${id}: ${problem}`);
        addJoined(totals, { row }, outcomeOf(line), stage.definition.name);
        row = await nextOf(rows, rowSchema, manifest.rows.path, found);
        if (failure?.id === id) found.add(manifest.failures.path, `${id} is in the rows as well`);
      } else if (failure?.id === id) {
        addJoined(totals, { failure }, outcomeOf(line), stage.definition.name);
        failure = await nextOf(failures, failureSchema, manifest.failures.path, found);
      } else {
        found.add(
          manifest.rows.path,
          `${id} is planned, and missing or out of order (next row ${row?.id ?? 'none'}, next failure ${failure?.id ?? 'none'})`,
        );
        return;
      }
    }
  }
  if (row) found.add(manifest.rows.path, `${row.id} is not planned, or there twice`);
  if (failure) found.add(manifest.failures.path, `${failure.id} is not planned, or there twice`);
  compareTotals(paths.manifest(entry.shard), manifest.totals, totals, found);
}

const outcomeOf = (line: PackLine): Outcome =>
  line.ask || line.decided.type === 'same' ? { type: 'done', tokens: { prompt: 0, completion: 0 } } : line.decided;

async function nextOf<Value extends Row | Failure>(
  lines: AsyncGenerator<string>,
  schema: { safeParse(value: unknown): { success: true; data: Value } | { success: false; error: Error } },
  path: string,
  found: Findings,
): Promise<Value | null> {
  const next = await lines.next();
  if (next.done) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(next.value));
    if (parsed.success) return parsed.data;
    found.add(path, `a line does not fit the schema: ${parsed.error.message.slice(0, 300)}`);
  } catch {
    found.add(path, `a line is not JSON: ${next.value.slice(0, 80)}`);
  }
  return nextOf(lines, schema, path, found);
}

async function* jsonLines(store: Store, path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const bytes of store.stream(path)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
