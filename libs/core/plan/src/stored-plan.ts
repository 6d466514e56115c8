/** Reads the plan of a stage as it lies in the output folder. */
import {
  IntegrityError,
  type Manifest,
  manifestSchema,
  type PlanEnd,
  type PlanEntry,
  planEndSchema,
  planEntrySchema,
  type StagePaths,
  type Store,
  sha256,
} from '@proofmill/contract';
import type { z } from 'zod';

/** The validated JSON object at a path, or null where there is none. IntegrityError when it is not what it should be. */
export async function readObject<Schema extends z.ZodType>(
  store: Store,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  const bytes = await store.read(path);
  return bytes ? parseObject(bytes, path, schema) : null;
}

function parseObject<Schema extends z.ZodType>(bytes: Uint8Array, path: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new IntegrityError(`${path} is not what Proofmill writes there`, { cause: error });
  }
}

export interface StoredEntry {
  readonly entry: PlanEntry;
  readonly sha256: string;
}

export async function readEntry(store: Store, paths: StagePaths, shard: number): Promise<StoredEntry | null> {
  const path = paths.entry(shard);
  const bytes = await store.read(path);
  return bytes ? { entry: parseObject(bytes, path, planEntrySchema), sha256: sha256(bytes) } : null;
}

export const readEnd = (store: Store, paths: StagePaths): Promise<PlanEnd | null> =>
  readObject(store, paths.end, planEndSchema);

export const readManifest = (store: Store, paths: StagePaths, shard: number): Promise<Manifest | null> =>
  readObject(store, paths.manifest(shard), manifestSchema);
