/** Holds a training set against its _MANIFEST.json: of an export, or of the reasons of people in a loop. */
import { ConfigurationError, type Store, unseal } from '@proofmill/contract';
import { contentOf, readObject } from '@proofmill/folder';
import { z } from 'zod';
import { folderPaths } from './claimed-folder.ts';

const listedSchema = z.object({
  files: z.array(
    z.object({ path: z.string().regex(/^[a-z]+\/[a-z0-9.-]+$/), rows: z.int(), bytes: z.int(), sha256: z.string() }),
  ),
});

const claimedSchema = z.looseObject({ trainer: z.string().optional() });

/** What of ours a folder holds: a training set, or rows for people to answer. A copy may lack hidden files. */
export async function exportedTo(store: Store): Promise<'set' | 'review' | null> {
  const claimed = await readObject(store, folderPaths.identity, claimedSchema);
  if (claimed) return claimed.trainer === undefined ? 'review' : 'set';
  const bytes = await store.read(folderPaths.manifest);
  const unsealed = bytes && unseal(bytes);
  return unsealed?.state === 'sound' && listedSchema.safeParse(unsealed.value).success ? 'set' : null;
}

export interface CheckedSet {
  readonly complete: boolean;
  readonly files: number;
  readonly rows: number;
  readonly findings: readonly { readonly path: string; readonly sentence: string }[];
}

export async function checkSet(store: Store): Promise<CheckedSet> {
  const complete = (await store.read(folderPaths.success)) !== null;
  const manifest = await readObject(store, folderPaths.manifest, listedSchema);
  const files = manifest?.files ?? [];
  const findings: { path: string; sentence: string }[] = [];
  if (complete && !manifest) findings.push({ path: folderPaths.manifest, sentence: 'is missing' });
  for (const { path, bytes, sha256 } of files) {
    if ((await store.read(path, { offset: 0, length: 1 })) === null) findings.push({ path, sentence: 'is missing' });
    else if ((await contentOf(store.stream(path))).sha256 !== sha256)
      findings.push({ path, sentence: `is not the file of ${bytes} bytes that ${folderPaths.manifest} names` });
  }
  return { complete, files: files.length, rows: files.reduce((sum, { rows }) => sum + rows, 0), findings };
}

/** @throws {ConfigurationError} where a complete set has lost a file, or holds another */
export async function requireWhole(store: Store, name: string): Promise<void> {
  const { findings } = await checkSet(store);
  if (findings.length === 0) return;
  const what = findings.map(({ path, sentence }) => `${path} ${sentence}`).join('; ');
  throw new ConfigurationError(
    `${name} was a complete set and is damaged: ${what}. Name a new folder with --to, or remove this one and export again`,
  );
}
