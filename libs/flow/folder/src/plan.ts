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
import { createSame, objectBytes, parseObject, readObject } from './objects.ts';
import type { StageFolder } from './stage-folder.ts';

/** An entry, and the digest by which a manifest names it. */
export interface StoredEntry {
  readonly entry: PlanEntry;
  readonly sha256: string;
}

export const readStart = ({ store, paths }: StageFolder): Promise<PlanStart | null> =>
  readObject(store, paths.start, planStartSchema);

export const readEnd = ({ store, paths }: StageFolder): Promise<PlanEnd | null> =>
  readObject(store, paths.end, planEndSchema);

/** END of a stage that must be planned. IntegrityError where it is not. */
export async function requireEnd(folder: StageFolder): Promise<PlanEnd> {
  const end = await readEnd(folder);
  if (!end) throw new IntegrityError(`${folder.paths.end} is missing: the stage is not complete`);
  return end;
}

export async function readEntry({ store, paths }: StageFolder, shard: number): Promise<StoredEntry | null> {
  const path = paths.entry(shard);
  const bytes = await store.read(path);
  return bytes ? { entry: parseObject(bytes, path, planEntrySchema), sha256: sha256(bytes) } : null;
}

export const createStart = ({ store, paths }: StageFolder, start: PlanStart): Promise<void> =>
  createSame(store, paths.start, objectBytes(start));

export const createEntry = ({ store, paths }: StageFolder, entry: PlanEntry): Promise<void> =>
  createSame(store, paths.entry(entry.shard), objectBytes(entry));

export const createEnd = ({ store, paths }: StageFolder, end: PlanEnd): Promise<void> =>
  createSame(store, paths.end, objectBytes(end));
