import { partBytes } from './write-objects.ts';

const firstBytes = 64 * 1024;

/** A buffer that grows up to the size of a part: most objects are far smaller. */
function growingPart() {
  let memory = Buffer.allocUnsafeSlow(firstBytes);
  let used = 0;
  return {
    /** Takes as much of the beginning of a piece as there is room for, and gives that length. */
    take(piece: Uint8Array): number {
      const taken = Math.min(piece.length, partBytes - used);
      if (used + taken > memory.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(partBytes, Math.max(2 * memory.length, used + taken)));
        memory.copy(larger, 0, 0, used);
        memory = larger;
      }
      memory.set(piece.subarray(0, taken), used);
      used += taken;
      return taken;
    },
    get isFull() {
      return used === partBytes;
    },
    bytes: (): Uint8Array => memory.subarray(0, used),
  };
}

/** Content in parts of `partBytes`; the last part may be shorter or empty, and there is at least one. `onPiece` gets every piece. */
export async function* partsOf(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onPiece: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array, undefined> {
  let part = growingPart();
  for await (const piece of content) {
    onPiece(piece);
    for (let taken = 0; taken < piece.length; ) {
      // A full part waits until more content follows, so that what fits into one part is written in one call.
      if (part.isFull) {
        yield part.bytes();
        part = growingPart();
      }
      taken += part.take(piece.subarray(taken));
    }
  }
  yield part.bytes();
  return undefined;
}
