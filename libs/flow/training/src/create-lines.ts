import { ConfigurationError, type Store, sha256Pieces, type Written } from '@proofmill/contract';

const encoder = new TextEncoder();
/** Lines are written in pieces of about this many characters. */
const pieceCharacters = 1 << 20;

/**
 * Creates a file of JSON lines.
 * @throws {ConfigurationError} where the file exists and holds something else
 */
export async function createLines(
  store: Store,
  path: string,
  records: AsyncIterable<object> | Iterable<object>,
): Promise<Written> {
  const written = await store.write(path, piecesOf(records));
  if (written.created) return written;
  const existing = sha256Pieces();
  for await (const piece of store.stream(path)) existing.update(piece);
  if (existing.hex() === written.sha256) return written;
  throw new ConfigurationError(
    `${path} in the folder of the loop holds something else than its corpus gives now: an attempt that did not end wrote it, and the corpus has changed since. Put the corpus back, or remove the file and run the loop again`,
  );
}

async function* piecesOf(records: AsyncIterable<object> | Iterable<object>): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const record of records) {
    text += `${JSON.stringify(record)}\n`;
    if (text.length < pieceCharacters) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(text);
}
