/** Reads every row of a committed shard against its pack: each planned id once, in order, with what was planned and counted. */
import {
  type Failure,
  failureSchema,
  itemId,
  type Manifest,
  type OutcomeBody,
  type PackLine,
  type PlanEntry,
  type Row,
  rowSchema,
  type StageFile,
  type Store,
  stagePaths,
} from '@proofmill/contract';
import { addJoined, emptyTotals, judgeOf } from '@proofmill/merge';
import { differences } from '@proofmill/plan';
import { attempt } from './attempt.ts';
import { compareTotals } from './compare-totals.ts';
import type { ChunkReader } from './deep.ts';
import type { Findings } from './findings.ts';

export async function checkShardDeep(options: {
  store: Store;
  stage: StageFile;
  entry: PlanEntry;
  manifest: Manifest;
  found: Findings;
  readChunk: ChunkReader;
}): Promise<void> {
  const { store, stage, entry, manifest, found, readChunk } = options;
  const paths = stagePaths(stage.definition.name);
  const totals = emptyTotals();
  const rows = jsonLines(store, manifest.rows.path);
  const failures = jsonLines(store, manifest.failures.path);
  let row = await nextOf(rows, rowSchema, manifest.rows.path, found);
  let failure = await nextOf(failures, failureSchema, manifest.failures.path, found);

  for (const [number, chunk] of entry.chunks.entries()) {
    const lines = await attempt(found, paths.pack(entry.shard), () => readChunk(paths.pack(entry.shard), chunk));
    if (!lines) return;
    const settled = lines.filter((line) => !line.ask).map((line) => line.index);
    if (differences(settled, chunk.settled).length > 0)
      found.add(paths.pack(entry.shard), `chunk ${number}: its settled records are not the planned ones`);
    for (const line of lines) {
      const id = itemId(entry.shard, line.index);
      if (row?.id === id) {
        checkRow(row, line, stage, manifest.rows.path, found);
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

function checkRow(row: Row, line: PackLine, stage: StageFile, path: string, found: Findings): void {
  const planned: Record<string, unknown> = line.ask
    ? { ...line.item, judge: line.prior ? line.prior.judge : judgeOf(stage.definition) }
    : { source: line.source, sourceId: line.sourceId };
  for (const [name, value] of Object.entries(planned)) {
    for (const difference of differences(value, row[name as keyof Row], name))
      found.add(path, `${row.id}: planned -> stored: ${difference}`);
  }
  const counts = new Array<number>(row.responses.length).fill(0);
  let ties = 0;
  for (const votes of row.votes) {
    const [first = 0, second = 0] = votes.order;
    counts[first] = (counts[first] ?? 0) + votes.first;
    counts[second] = (counts[second] ?? 0) + votes.second;
    ties += votes.tie;
  }
  const most = Math.max(...counts);
  const leaders = counts.flatMap((count, index) => (count === most ? [index] : []));
  const winner = leaders.length > 1 || ties > most ? null : (leaders[0] ?? null);
  if (counts.every((count) => count === 0) && ties === 0) found.add(path, `${row.id} has a label and no valid vote`);
  else if (row.winner !== winner || row.tie !== (winner === null)) {
    found.add(path, `${row.id} says winner ${row.winner}, its votes say ${winner ?? 'a tie'}`);
  }
  if (row.kept !== (row.keptReason === null)) found.add(path, `${row.id}: kept and keptReason contradict each other`);
  if (row.kept && (row.tie || row.flags.length > 0))
    found.add(path, `${row.id} is kept, though it is a tie or flagged`);
}

const outcomeOf = (line: PackLine): OutcomeBody =>
  line.ask ? { type: 'done', tokens: { prompt: 0, completion: 0 } } : line.settled;

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
