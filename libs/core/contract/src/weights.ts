/** Folders of weights in an object store: their manifest, and the digest that names what is in them. */
import { z } from 'zod';
import { sha256 } from './identity.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256: 64 digits and letters from a to f');

/** A digest of weights, as a person writes it. */
export const weightsDigestSchema = digest;

/** A folder in an object store. What its path may not have, such as `..`, is refused by whoever opens it. */
export const weightsUriSchema = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/, 'must be a folder in an object store: s3://BUCKET/FOLDER');

export const weightsManifestSchema = z.object({
  v: z.literal(1),
  weightsSha256: digest,
  files: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: digest })),
});
/**
 * `_WEIGHTS.json` of a folder that Proofmill has put into an object store. It is written last, and names all other files of the folder and the
 * digest over them.
 */
export type WeightsManifest = z.infer<typeof weightsManifestSchema>;

export const weightsManifestPath = '_WEIGHTS.json';

/** Whether a file is one of the weights, and not one of a folder that trainers keep to resume from. */
export const isOfWeights = (path: string): boolean => !path.split('/').slice(0, -1).some(isCheckpoint);

/** Whether a folder is one of those that trainers keep to resume from. */
export const isCheckpoint = (folder: string): boolean => folder.startsWith('checkpoint-');

/** The digest over the names and bytes of all files, sorted by name. */
export const digestOfWeights = (files: readonly { readonly path: string; readonly sha256: string }[]): string =>
  sha256(
    files
      .toSorted((one, other) => (one.path < other.path ? -1 : 1))
      .map((file) => `${JSON.stringify([file.path, file.sha256])}\n`)
      .join(''),
  );
