/**
 * Commits one shard. Both files go to staging under content names, are read again, and then the manifest is created, which
 * names them. Whoever comes second adopts the first one's manifest and drops its own files, unless that manifest names them.
 */
import {
  type CommittedFile,
  IntegrityError,
  type Manifest,
  type StagePaths,
  type Store,
  sha256Pieces,
  type Totals,
} from '@proofmill/contract';
import type { ShardLedger } from '@proofmill/merge';
import { readManifest } from '@proofmill/plan';
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

/** The shard's manifest, ours or the one that was there first. IntegrityError when that one is of another plan. */
export async function commitShard(options: CommitOptions): Promise<Manifest> {
  const { sources, ledger, entrySha256, epoch, cut } = options;
  const { store, stage, paths } = sources;
  const { shard } = ledger.entry;
  const there = await theirs();
  if (there) return there;
  const totals = emptyTotals();
  const withFailures: number[] = [];

  const rows = await stageFile(store, paths, 'rows', shard, epoch, rowBytes(sources, ledger, totals, withFailures));
  const failures = await stageFile(store, paths, 'failures', shard, epoch, failureBytes(sources, ledger, withFailures));
  const committed = {
    rows: { ...rows, count: totals.labelled },
    failures: { ...failures, count: totals.failed },
  };
  await verifyStaged(store, committed.rows);
  await verifyStaged(store, committed.failures);

  const manifest: Manifest = { v: 1, run: stage.run, shard, entrySha256, epoch, cut, ...committed, totals };
  const bytes = text.encode(`${JSON.stringify(manifest)}\n`);
  const { created } = await store.write(paths.manifest(shard), [bytes]);
  if (created) return manifest;

  const winner = await theirs();
  if (!winner) throw new IntegrityError(`${paths.manifest(shard)} was there, and is gone`);
  for (const own of [rows.path, failures.path]) {
    if (own !== winner.rows.path && own !== winner.failures.path) await store.remove(own);
  }
  return winner;

  async function theirs(): Promise<Manifest | null> {
    const found = await readManifest(store, paths, shard);
    if (found && (found.run !== stage.run || found.entrySha256 !== entrySha256)) {
      throw new IntegrityError(`${paths.manifest(shard)} belongs to another plan`);
    }
    return found;
  }
}

async function* rowBytes(
  sources: ShardSources,
  ledger: ShardLedger,
  totals: Totals,
  withFailures: number[],
): AsyncGenerator<Uint8Array> {
  let chunk = 0;
  for await (const records of shardContents(sources, ledger)) {
    const lines: string[] = [];
    for (const { joined, outcome } of records) {
      addJoined(totals, joined, outcome, sources.stage.definition.name);
      if ('row' in joined) lines.push(JSON.stringify(joined.row), '\n');
    }
    if (lines.length < 2 * records.length) withFailures.push(chunk);
    chunk += 1;
    if (lines.length > 0) yield text.encode(lines.join(''));
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

async function stageFile(
  store: Store,
  paths: StagePaths,
  kind: 'rows' | 'failures',
  shard: number,
  epoch: number,
  content: AsyncIterable<Uint8Array>,
): Promise<Omit<CommittedFile, 'count'>> {
  const { path, bytes, sha256: digest } = await store.write((hash) => paths.staged(kind, shard, epoch, hash), content);
  return { path, bytes, sha256: digest };
}

/** Reads a staged file again: what a manifest names is what lies there. */
async function verifyStaged(store: Store, file: CommittedFile): Promise<void> {
  const hash = sha256Pieces();
  let bytes = 0;
  let lines = 0;
  for await (const piece of store.stream(file.path)) {
    hash.update(piece);
    bytes += piece.length;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1;
  }
  if (bytes !== file.bytes || hash.hex() !== file.sha256 || lines !== file.count) {
    throw new IntegrityError(
      `${file.path} was written with ${file.count} lines and ${file.bytes} bytes and reads with ${lines} and ${bytes}: the disk is not to be trusted`,
    );
  }
}
