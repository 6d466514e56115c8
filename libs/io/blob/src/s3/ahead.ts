/** Reads several objects side by side, and gives them in their order. */

export interface MostAhead {
  readonly pieces: number;
  /** At least one piece is read, however large it is. */
  readonly bytes: number;
}

/**
 * What `read` gives for each piece, in the order of the pieces. Up to `most` of them are being read, or wait for their turn. Where one
 * cannot be read, those ahead of it are given first.
 */
export async function* aheadOf<Piece extends { readonly bytes: number }, Value>(
  pieces: Iterable<Piece>,
  read: (piece: Piece) => Promise<Value>,
  most: MostAhead,
): AsyncGenerator<Value> {
  const begun: { readonly value: Promise<Value>; readonly bytes: number }[] = [];
  let bytesAhead = 0;
  for (const piece of pieces) {
    while (begun.length >= most.pieces || (begun.length > 0 && bytesAhead + piece.bytes > most.bytes)) {
      const next = begun.shift();
      if (!next) break;
      yield await next.value;
      bytesAhead -= next.bytes;
    }
    const value = read(piece);
    // Its error is thrown when its turn comes; a caller that has stopped reading by then wants none.
    value.catch(() => undefined);
    begun.push({ value, bytes: piece.bytes });
    bytesAhead += piece.bytes;
  }
  for (const { value } of begun) yield await value;
}
