/** The plan of a stage: START first, then one entry a shard, END last. */
import {
  IntegrityError,
  type PlanEnd,
  type PlanEntry,
  type PlanStart,
  planEndSchema,
  planEntrySchema,
  planStartSchema,
  sha256,
} from '@proofmill/contract';
import { pathInOutput } from './damage.ts';
import { createSame, objectBytes, parseObject, readObject } from './objects.ts';
import { inItsPlace, type StageFolder } from './stage-folder.ts';

/** An entry, and the digest by which a manifest names it. */
export interface StoredEntry {
  readonly entry: PlanEntry;
  readonly sha256: string;
}

export async function readStart(folder: StageFolder): Promise<PlanStart | null> {
  const { store, paths } = folder;
  const start = await readObject(store, paths.start, planStartSchema);
  return start && inItsPlace(folder, paths.start, start);
}

export async function readEnd(folder: StageFolder): Promise<PlanEnd | null> {
  const { store, paths } = folder;
  const end = await readObject(store, paths.end, planEndSchema);
  return end && inItsPlace(folder, paths.end, end);
}

/** END of a stage that must be planned. IntegrityError where it is not. */
export async function requireEnd(folder: StageFolder): Promise<PlanEnd> {
  const end = await readEnd(folder);
  if (!end)
    throw new IntegrityError(`${pathInOutput(folder.store, folder.paths.end)} is missing: the stage is not complete`);
  return end;
}

export async function readEntry(folder: StageFolder, shard: number): Promise<StoredEntry | null> {
  const { store, paths } = folder;
  const path = paths.entry(shard);
  const bytes = await store.read(path);
  if (!bytes) return null;
  const entry = inItsPlace(folder, path, parseObject(store, path, bytes, planEntrySchema), shard);
  return { entry, sha256: sha256(bytes) };
}

export const createStart = ({ store, paths }: StageFolder, start: PlanStart): Promise<void> =>
  createSame(store, paths.start, objectBytes(start));

export const createEntry = ({ store, paths }: StageFolder, entry: PlanEntry): Promise<void> =>
  createSame(store, paths.entry(entry.shard), objectBytes(entry));

export const createEnd = ({ store, paths }: StageFolder, end: PlanEnd): Promise<void> =>
  createSame(store, paths.end, objectBytes(end));
