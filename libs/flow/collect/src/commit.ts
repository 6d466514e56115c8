/**
 * Commits one shard. Both files go to staging under content names, are read again, and then the manifest is created, which
 * names them. A collector that comes second adopts the first one's manifest and removes its own files, unless that manifest names them.
 */
import { IntegrityError, type Manifest, type Row, type Totals } from '@proofmill/contract';
import { createManifest, encodeRows, readManifest, verifyStaged, writeStaged } from '@proofmill/folder';
import type { ShardLedger } from '@proofmill/merge';
import { addJoined, emptyTotals } from '@proofmill/stats';
import { type ShardSources, shardContents } from './shard-contents.ts';

const text = new TextEncoder();

export interface CommitOptions {
  readonly sources: ShardSources;
  readonly ledger: ShardLedger;
  readonly entrySha256: string;
  readonly epoch: number;
  readonly cut: Manifest['cut'];
}

/** The shard's manifest, ours or that of the collector that was first. IntegrityError when that one is of another plan. */
export async function commitShard(options: CommitOptions): Promise<Manifest> {
  const { sources, entrySha256, epoch, cut } = options;
  const { folder, stage } = sources;
  const { shard } = options.ledger.entry;
  const first = await existingManifest(options);
  if (first) return first;

  const { rows, failures, totals } = await stageFiles(options);
  const manifest: Manifest = { v: 1, run: stage.run, shard, entrySha256, epoch, cut, rows, failures, totals };
  if (await createManifest(folder, manifest)) return manifest;

  const winner = await existingManifest(options);
  if (!winner) throw new IntegrityError(`${folder.paths.manifest(shard)} existed, and is gone`);
  for (const own of [rows.path, failures.path]) {
    if (own !== winner.rows.path && own !== winner.failures.path) await folder.store.remove(own);
  }
  return winner;
}

async function existingManifest({ sources, ledger, entrySha256 }: CommitOptions): Promise<Manifest | null> {
  const { folder, stage } = sources;
  const { shard } = ledger.entry;
  const found = await readManifest(folder, shard);
  if (found && (found.run !== stage.run || found.entrySha256 !== entrySha256)) {
    throw new IntegrityError(`${folder.paths.manifest(shard)} belongs to another plan`);
  }
  return found;
}

/** Writes both files and reads them again. */
async function stageFiles({
  sources,
  ledger,
  epoch,
}: CommitOptions): Promise<Pick<Manifest, 'rows' | 'failures' | 'totals'>> {
  const { folder, codec, stage } = sources;
  const { rowFormat: format = 'jsonl' } = stage;
  const { shard } = ledger.entry;
  const totals = emptyTotals();
  const chunksWithFailures: number[] = [];
  const rowsFile = await writeStaged(
    folder,
    { kind: 'rows', shard, epoch, format },
    encodeRows(rowGroups(sources, ledger, totals, chunksWithFailures), format, codec),
  );
  const failuresFile = await writeStaged(
    folder,
    { kind: 'failures', shard, epoch },
    failureBytes(sources, ledger, chunksWithFailures),
  );
  const rows = { ...rowsFile, count: totals.labelled };
  const failures = { ...failuresFile, count: totals.failed };
  await verifyStaged(folder.store, rows);
  await verifyStaged(folder.store, failures);
  return { rows, failures, totals };
}

/** The rows, a chunk at a time. Counts every record, and notes the chunks that have failures. */
async function* rowGroups(
  sources: ShardSources,
  ledger: ShardLedger,
  totals: Totals,
  chunksWithFailures: number[],
): AsyncGenerator<Row[]> {
  let chunk = 0;
  for await (const records of shardContents(sources, ledger)) {
    const rows: Row[] = [];
    for (const { joined, outcome } of records) {
      addJoined(totals, joined, outcome, sources.stage.definition.name);
      if ('row' in joined) rows.push(joined.row);
    }
    if (rows.length < records.length) chunksWithFailures.push(chunk);
    chunk += 1;
    yield rows;
  }
}

async function* failureBytes(
  sources: ShardSources,
  ledger: ShardLedger,
  chunks: readonly number[],
): AsyncGenerator<Uint8Array> {
  if (chunks.length === 0) return;
  for await (const records of shardContents(sources, ledger, chunks)) {
    const lines = records.flatMap(({ joined }) => ('failure' in joined ? [JSON.stringify(joined.failure), '\n'] : []));
    yield text.encode(lines.join(''));
  }
}
