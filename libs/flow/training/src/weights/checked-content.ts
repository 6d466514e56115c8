import { sha256Pieces } from '@proofmill/contract';

interface Content {
  readonly bytes: number;
  /** Null where nobody knows it. */
  readonly sha256: string | null;
}

interface Checks {
  readonly known: Content;
  readonly wrong: (found: Content) => Error;
  readonly stop?: AbortSignal;
}

/**
 * The pieces of a file. They end with the error of `wrong` where they are another content, and with the reason of `stop` where that fires: no store
 * creates a file of pieces that did not end well.
 */
export async function* checkedContent(
  content: AsyncIterable<Uint8Array>,
  { known, wrong, stop }: Checks,
): AsyncGenerator<Uint8Array> {
  const hash = sha256Pieces();
  let bytes = 0;
  for await (const piece of content) {
    stop?.throwIfAborted();
    hash.update(piece);
    bytes += piece.length;
    yield piece;
  }
  const found = { bytes, sha256: hash.hex() };
  if (found.bytes !== known.bytes || (known.sha256 !== null && found.sha256 !== known.sha256)) throw wrong(found);
}
