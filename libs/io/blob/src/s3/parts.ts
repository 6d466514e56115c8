import { partBytes } from './objects.ts';

const FIRST_BYTES = 64 * 1024;

/** A piece of memory that grows up to the size of a part: most objects are far smaller. */
function growingPart() {
  let memory = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let used = 0;
  return {
    /** Takes the beginning of a piece, as much as there is room for. */
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
    get full() {
      return used === partBytes;
    },
    bytes: (): Uint8Array => memory.subarray(0, used),
  };
}

/** Content in parts of `partBytes`, the last one shorter and perhaps empty; always one at least. `onPiece` sees all of it. */
export async function* partsOf(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onPiece: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array, undefined> {
  let part = growingPart();
  for await (const piece of content) {
    onPiece(piece);
    for (let taken = 0; taken < piece.length; ) {
      // A full part is handed on only when something follows: what fits in one is written in one call.
      if (part.full) {
        yield part.bytes();
        part = growingPart();
      }
      taken += part.take(piece.subarray(taken));
    }
  }
  yield part.bytes();
  return undefined;
}
