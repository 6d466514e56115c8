const blockBytes = 64 * 1024;

/**
 * The same bytes in blocks of one size (the last is shorter, none is empty). How much a decoder yields ahead of damage depends on
 * the pieces it is fed; with equal blocks, equal files give equal records wherever their bytes come from.
 */
export async function* inBlocks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    held.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    size += piece.byteLength;
    if (size < blockBytes) continue;
    const bytes = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
    let start = 0;
    for (; size - start >= blockBytes; start += blockBytes) yield bytes.subarray(start, start + blockBytes);
    held = [bytes.subarray(start)];
    size -= start;
  }
  if (size > 0) yield Buffer.concat(held);
}
