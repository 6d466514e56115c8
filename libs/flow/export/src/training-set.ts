/** What a complete training set says of itself: _MANIFEST.json, and _SUCCESS, which is written last. */
import { ConfigurationError, type Store, sha256 } from '@proofmill/contract';
import { leftOut, splits, trainers, trainingForms } from '@proofmill/export-rows';
import { createSame, objectBytes, readObject } from '@proofmill/folder';
import { z } from 'zod';

const count = z.int().nonnegative();

const identitySchema = z.object({
  v: z.literal(1),
  trainer: z.enum(trainers),
  form: z.enum(Object.keys(trainingForms) as (keyof typeof trainingForms)[]),
  outputs: z.array(
    z.object({
      job: z.string(),
      runs: z.array(z.object({ stage: z.string(), run: z.string() })),
      manifestSha256: z.string(),
    }),
  ),
  profile: z.object({ name: z.string(), version: z.int(), messagesSha256: z.string() }).nullable(),
  keep: z.enum(['kept', 'all']),
  minConfidence: z.number().nullable(),
  minProbability: z.number().nullable(),
  text: z.enum(['proof', 'rationale', 'any']),
  bothOrders: z.boolean(),
  margin: z.boolean(),
  evalShare: z.number(),
  without: z.array(z.object({ name: z.string(), sha256: z.string() })),
  model: z.string(),
});
/** All that decides the bytes of a set. */
export type SetIdentity = z.infer<typeof identitySchema>;

const reason = z.enum(Object.keys(leftOut) as (keyof typeof leftOut)[]);

const setManifestSchema = identitySchema.extend({
  rows: count,
  leftOut: z.partialRecord(reason, count),
  benchmarks: z.record(z.string(), z.object({ prompts: count, words: count })),
  texts: z.object({ proof: count, rationale: count }),
  answers: z.object({ A: count, B: count }),
  files: z.array(z.object({ path: z.string(), split: z.enum(splits), rows: count, bytes: count, sha256: z.string() })),
});
/**
 * _MANIFEST.json of a training set. `rows` were read; `leftOut` counts rows, and comparisons for `contradicted` and `duplicate`. `texts` are those
 * of a reasoning set by where they are from, `answers` by the letter that they end with.
 */
export type SetManifest = z.infer<typeof setManifestSchema>;

const successSchema = z.object({ v: z.literal(1), manifestSha256: z.string() });

const paths = { identity: '.proofmill/export.json', manifest: '_MANIFEST.json', success: '_SUCCESS' } as const;

/**
 * The same export may be given again, after whatever ended it.
 * @throws {ConfigurationError} where the folder holds another set, or anything else
 */
export async function refuseFolder(store: Store, name: string, identity: SetIdentity): Promise<void> {
  const stored = await readObject(store, paths.identity, identitySchema);
  if (!stored) {
    const [found] = (await store.list('', 8)).filter((path) => path !== '' && !path.endsWith('/'));
    if (found === undefined) return;
    throw new ConfigurationError(
      `${name} holds other files (${found}) and no export. Name a new or an empty folder with --to`,
    );
  }
  if (sha256(objectBytes(stored)) === sha256(objectBytes(identity))) return;
  throw new ConfigurationError(
    `${name} holds an export of other rows or with other options. Name a new folder with --to`,
  );
}

/** Writes down whose folder it is, ahead of everything else in it. */
export const claimFolder = (store: Store, identity: SetIdentity): Promise<void> =>
  createSame(store, paths.identity, objectBytes(identity));

export async function closeSet(store: Store, manifest: SetManifest): Promise<void> {
  const bytes = objectBytes(manifest, 1);
  const success: z.infer<typeof successSchema> = { v: 1, manifestSha256: sha256(bytes) };
  await createSame(store, paths.manifest, bytes);
  await createSame(store, paths.success, objectBytes(success));
}

/** The manifest of a complete set; null where it is not complete. */
export async function readSet(store: Store): Promise<SetManifest | null> {
  if (!(await readObject(store, paths.success, successSchema))) return null;
  return await readObject(store, paths.manifest, setManifestSchema);
}
