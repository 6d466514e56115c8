/** Checks one stage: the plan is whole and contiguous, every manifest fits its entry, every file is what its manifest says. */
import {
  type CommittedFile,
  digestOf,
  type Manifest,
  type PlanEntry,
  type StageFile,
  type Store,
  sha256Pieces,
  stagePaths,
  type Totals,
} from '@proofmill/contract';
import { readEnd, readEntry, readManifest } from '@proofmill/plan';
import { addTotals, emptyTotals } from '@proofmill/stats';
import { attempt } from './attempt.ts';
import type { LabelDefinition } from './check-row.ts';
import { checkShardDeep } from './check-shard.ts';
import type { ChunkReader } from './deep.ts';
import type { Findings } from './findings.ts';

export interface CheckedStage {
  readonly stage: string;
  readonly planned: boolean;
  readonly shards: number;
  readonly records: number;
  readonly committed: readonly Manifest[];
  readonly totals: Totals;
}

/** `labelled` is the definition of the stage that made the labels; null where they are the corpus's own. */
export async function checkStage(
  store: Store,
  stage: StageFile,
  labelled: LabelDefinition | null,
  found: Findings,
  readChunk: ChunkReader | null,
): Promise<CheckedStage> {
  const paths = stagePaths(stage.definition.name);
  if (digestOf(stage.definition) !== stage.stageDigest)
    found.add(paths.stage, 'its digest is not that of its definition');
  const end = await attempt(found, paths.end, () => readEnd(store, paths));
  const committed: Manifest[] = [];
  const totals = emptyTotals();
  let records = 0;
  let decided = 0;
  let shard = 0;
  for (; end ? shard < end.shards : true; shard += 1) {
    const stored = await attempt(found, paths.entry(shard), () => readEntry(store, paths, shard));
    if (!stored) {
      if (!end) break;
      found.add(paths.entry(shard), `it is missing, though END plans ${end.shards} shards`);
      continue;
    }
    const { entry } = stored;
    checkEntry(entry, stage, shard, paths.entry(shard), found);
    records += entry.records;
    decided += entry.chunks.reduce((sum, chunk) => sum + chunk.decided.length, 0);
    const manifest = await attempt(found, paths.manifest(shard), () => readManifest(store, paths, shard));
    if (!manifest) continue;
    if (manifest.run !== stage.run || manifest.shard !== shard)
      found.add(paths.manifest(shard), 'it is of another run or shard');
    if (manifest.entrySha256 !== stored.sha256) found.add(paths.manifest(shard), 'it was made from another plan entry');
    const counted = manifest.rows.count + manifest.failures.count;
    if (counted !== entry.records || manifest.totals.records !== entry.records) {
      found.add(paths.manifest(shard), `it has ${counted} outcomes of ${entry.records} planned records`);
    }
    const sound = [await checkFile(store, manifest.rows, found), await checkFile(store, manifest.failures, found)];
    if (readChunk && sound.every(Boolean))
      await checkShardDeep({ store, stage, labelled, entry, manifest, found, readChunk });
    committed.push(manifest);
    addTotals(totals, manifest.totals);
  }
  if (end && (records !== end.records || decided !== end.decided)) {
    found.add(
      paths.end,
      `it says ${end.records} records, ${end.decided} of them decided; the entries have ${records} and ${decided}`,
    );
  }
  for (const path of await store.list(paths.manifests)) {
    if (Number(/(\d+)\.json$/.exec(path)?.[1]) >= shard) found.add(path, 'it commits a shard that is not planned');
  }
  return { stage: stage.definition.name, planned: end !== null, shards: shard, records, committed, totals };
}

function checkEntry(entry: PlanEntry, stage: StageFile, shard: number, path: string, found: Findings): void {
  if (entry.run !== stage.run || entry.shard !== shard) found.add(path, 'it is of another run or shard');
  let index = 0;
  let offset = 0;
  for (const [number, chunk] of entry.chunks.entries()) {
    if (chunk.first !== index || chunk.offset !== offset)
      found.add(path, `chunk ${number} does not follow the one before`);
    index = chunk.first + chunk.count;
    offset = chunk.offset + chunk.bytes;
  }
  if (index !== entry.records || offset !== entry.pack.bytes) {
    found.add(
      path,
      `its chunks hold ${index} records in ${offset} bytes, it says ${entry.records} in ${entry.pack.bytes}`,
    );
  }
}

/** Whether a file has the size and digest that are vouched for. */
export async function checkFile(store: Store, file: Omit<CommittedFile, 'count'>, found: Findings): Promise<boolean> {
  const hash = sha256Pieces();
  let bytes = 0;
  try {
    for await (const piece of store.stream(file.path)) {
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    found.add(file.path, `it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
  if (bytes !== file.bytes) found.add(file.path, `it has ${bytes} bytes, its manifest says ${file.bytes}`);
  else if (hash.hex() !== file.sha256) found.add(file.path, 'its sha256 is not what its manifest says');
  else return true;
  return false;
}
