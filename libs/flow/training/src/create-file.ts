import { ConfigurationError, type Store, sha256Pieces, type Written } from '@proofmill/contract';

/**
 * Creates a file from what a corpus gives.
 * @throws {ConfigurationError} where the file exists and holds something else
 */
export async function createFile(store: Store, path: string, content: AsyncIterable<Uint8Array>): Promise<Written> {
  const written = await store.write(path, content);
  if (written.created) return written;
  const existing = sha256Pieces();
  for await (const piece of store.stream(path)) existing.update(piece);
  if (existing.hex() === written.sha256) return written;
  throw new ConfigurationError(
    `${path} in the folder of the loop holds something else than its corpus gives now: an attempt that did not end wrote it, and the corpus has changed since. Put the corpus back, or remove the file and run the loop again`,
  );
}
