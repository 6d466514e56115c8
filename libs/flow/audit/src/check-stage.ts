/** Checks one stage: the plan is whole and contiguous, every manifest fits its entry, every file is what its manifest says. */
import {
  type Codec,
  digestOf,
  type LabelDefinition,
  type Manifest,
  type StageFile,
  type Store,
  type Totals,
} from '@proofmill/contract';
import {
  committedShards,
  readEnd,
  readEntry,
  readJobIdentity,
  readManifest,
  readStart,
  type StageFolder,
  type StoredEntry,
  stageFolder,
} from '@proofmill/folder';
import { differences } from '@proofmill/plan';
import { addTotals, emptyTotals } from '@proofmill/stats';
import { attempt } from './attempt.ts';
import { checkEntry } from './check-entry.ts';
import { checkFile } from './check-file.ts';
import { checkShardDeep } from './check-shard.ts';
import type { Findings } from './findings.ts';

/** Of a manifest, what all of the output is held against: a manifest as a whole takes kilobytes. */
type CommittedShard = Pick<Manifest, 'shard' | 'rows' | 'failures'>;

export interface CheckedStage {
  readonly stage: string;
  readonly planned: boolean;
  readonly shards: number;
  readonly records: number;
  readonly committed: readonly CommittedShard[];
  readonly totals: Totals;
}

export interface StageCheck {
  readonly store: Store;
  readonly stage: StageFile;
  /** The job as job.json of the first stage has it. */
  readonly identity: unknown;
  /** The definition of the stage that made the labels; null where they are the corpus's own. */
  readonly labelled: LabelDefinition | null;
  readonly found: Findings;
  /** Given where every row is to be checked. */
  readonly codec: Codec | null;
  /** Packs and staged files were removed: what was promoted is checked as output. */
  readonly isCleaned: boolean;
}

export async function checkStage(check: StageCheck): Promise<CheckedStage> {
  const { store, stage, found } = check;
  const folder = stageFolder(store, stage.definition.name, stage.run);
  const { paths } = folder;
  if (digestOf(stage.definition) !== stage.stageDigest)
    found.add(paths.stage, 'its digest is not that of its definition');
  await checkBeginning(check, folder);
  const end = await attempt(found, paths.end, () => readEnd(folder));
  const isPlanned = await exists(store, paths.end);
  const committed: CommittedShard[] = [];
  const totals = emptyTotals();
  let records = 0;
  let decided = 0;
  let shard = 0;
  for (; end ? shard < end.shards : true; shard += 1) {
    const stored = await attempt(found, paths.entry(shard), () => readEntry(folder, shard));
    if (!stored && !(await exists(store, paths.entry(shard)))) {
      if (!end) break;
      found.add(paths.entry(shard), `it is missing, though END plans ${end.shards} shards`);
    }
    if (!stored) continue;
    const { entry } = stored;
    checkEntry(entry, paths.entry(shard), found);
    if (!check.isCleaned) await checkFile(store, { path: paths.pack(shard), ...entry.pack }, found, 'plan entry');
    records += entry.records;
    decided += entry.chunks.reduce((sum, chunk) => sum + chunk.decided.length, 0);
    const manifest = await checkCommit(check, folder, shard, stored);
    if (!manifest) continue;
    const { rows, failures } = manifest;
    committed.push({ shard, rows, failures });
    addTotals(totals, manifest.totals);
  }
  if (end && (records !== end.records || decided !== end.decided)) {
    found.add(
      paths.end,
      `it says ${end.records} records, ${end.decided} of them decided; the entries have ${records} and ${decided}`,
    );
  }
  for (const planless of await committedShards(folder))
    if (planless >= shard) found.add(paths.manifest(planless), 'it commits a shard that is not planned');
  return { stage: stage.definition.name, planned: isPlanned, shards: shard, records, committed, totals };
}

const exists = async (store: Store, path: string): Promise<boolean> => (await store.read(path)) !== null;

/** Checks job.json, which all stages share, and which is written ahead of everything else of a stage. */
export async function checkJob(folder: StageFolder, { identity, found }: Pick<StageCheck, 'identity' | 'found'>) {
  const { paths } = folder;
  const job = await attempt(found, paths.job, () => readJobIdentity(folder));
  if (job && differences(job, identity).length > 0) found.add(paths.job, 'it is not the job of the first stage');
}

/** What a stage was opened with. */
async function checkBeginning(check: StageCheck, folder: StageFolder): Promise<void> {
  const { stage, found } = check;
  const { paths } = folder;
  await checkJob(folder, check);
  const start = await attempt(found, paths.start, () => readStart(folder));
  if (start && (start.stageDigest !== stage.stageDigest || start.partitions !== stage.partitions))
    found.add(paths.start, 'it is not that of stage.json');
}

/** The manifest of a shard, its files checked; null where the shard is not committed. */
async function checkCommit(
  { store, stage, labelled, found, codec, isCleaned }: StageCheck,
  folder: StageFolder,
  shard: number,
  { entry, sha256 }: StoredEntry,
): Promise<Manifest | null> {
  const path = folder.paths.manifest(shard);
  const manifest = await attempt(found, path, () => readManifest(folder, shard));
  if (!manifest) return null;
  if (manifest.entrySha256 !== sha256) found.add(path, 'it was made from another plan entry');
  const counted = manifest.rows.count + manifest.failures.count;
  if (counted !== entry.records || manifest.totals.records !== entry.records) {
    found.add(path, `it has ${counted} outcomes of ${entry.records} planned records`);
  }
  if (isCleaned) return manifest;
  const areSound = [await checkFile(store, manifest.rows, found), await checkFile(store, manifest.failures, found)];
  if (codec && areSound.every(Boolean))
    await checkShardDeep({ folder, stage, labelled, entry, manifest, found, codec });
  return manifest;
}
