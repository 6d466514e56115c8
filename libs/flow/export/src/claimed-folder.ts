/** A folder of an export: claimed by its identity ahead of everything else, and closed by _MANIFEST.json and _SUCCESS, which is written last. */
import { ConfigurationError, type Store, sha256 } from '@proofmill/contract';
import { createSame, objectBytes, readObject } from '@proofmill/folder';
import { z } from 'zod';

const successSchema = z.object({ v: z.literal(1), manifestSha256: z.string() });

export const folderPaths = {
  identity: '.proofmill/export.json',
  manifest: '_MANIFEST.json',
  success: '_SUCCESS',
} as const;

export class FolderOf<Schema extends z.ZodType<object>> {
  readonly #store: Store;
  readonly #name: string;
  readonly #schema: Schema;

  /** `name`: the folder as its user knows it. `schema`: all that decides the bytes of the export. */
  constructor(store: Store, name: string, schema: Schema) {
    this.#store = store;
    this.#name = name;
    this.#schema = schema;
  }

  /**
   * The same export may be given again, after whatever ended it.
   * @throws {ConfigurationError} where the folder holds another export, or anything else
   */
  async refuse(identity: z.infer<Schema>): Promise<void> {
    const stored = await readObject(this.#store, folderPaths.identity, z.looseObject({}));
    if (!stored) {
      const [found] = (await this.#store.list('', 8)).filter((path) => path !== '' && !path.endsWith('/'));
      if (found === undefined) return;
      throw new ConfigurationError(
        `${this.#name} holds other files (${found}) and no export. Name a new or an empty folder with --to`,
      );
    }
    const same = this.#schema.safeParse(stored);
    if (same.success && sha256(objectBytes(same.data)) === sha256(objectBytes(identity))) return;
    throw new ConfigurationError(
      `${this.#name} holds an export of other rows or with other options. Name a new folder with --to`,
    );
  }

  claim(identity: z.infer<Schema>): Promise<void> {
    return createSame(this.#store, folderPaths.identity, objectBytes(identity));
  }
}

export async function closeFolder(store: Store, manifest: object): Promise<void> {
  const bytes = objectBytes(manifest, 1);
  const success: z.infer<typeof successSchema> = { v: 1, manifestSha256: sha256(bytes) };
  await createSame(store, folderPaths.manifest, bytes);
  await createSame(store, folderPaths.success, objectBytes(success));
}

/** The manifest of a complete export; null where it is not complete. */
export async function readClosed<Schema extends z.ZodType>(
  store: Store,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  if (!(await readObject(store, folderPaths.success, successSchema))) return null;
  return await readObject(store, folderPaths.manifest, schema);
}
