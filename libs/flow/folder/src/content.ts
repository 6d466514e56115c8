import { sha256Pieces } from '@proofmill/contract';

/** What a stream of bytes came to. */
export interface Content {
  readonly bytes: number;
  readonly sha256: string;
  readonly lineFeeds: number;
}

const lineFeed = 10;

/** Reads a stream to its end. Rejects with what the stream rejects with. */
export async function contentOf(stream: AsyncIterable<Uint8Array>): Promise<Content> {
  const hash = sha256Pieces();
  let bytes = 0;
  let lineFeeds = 0;
  for await (const piece of stream) {
    hash.update(piece);
    bytes += piece.length;
    for (let at = piece.indexOf(lineFeed); at >= 0; at = piece.indexOf(lineFeed, at + 1)) lineFeeds += 1;
  }
  return { bytes, sha256: hash.hex(), lineFeeds };
}
