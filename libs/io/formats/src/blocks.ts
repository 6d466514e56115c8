const blockBytes = 64 * 1024;

/**
 * The same bytes in blocks of one size (the last is shorter, none is empty). How much a decoder yields ahead of damage depends on
 * the pieces it is fed; with equal blocks, equal files give equal records wherever their bytes come from.
 */
export async function* inBlocks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    let start = 0;
    for (; held.length - start >= blockBytes; start += blockBytes) yield held.subarray(start, start + blockBytes);
    held = held.subarray(start);
  }
  if (held.length > 0) yield held;
}
