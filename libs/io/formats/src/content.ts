import { Damage } from './damage.ts';

/** The bytes of a text, of which the beginning is known ahead of reading. */
export interface Content {
  readonly head: Buffer;
  /** The head is all of it. */
  readonly isWhole: boolean;
  /** All bytes from the beginning. May be asked for several times, and is read from the file again each time but the first. */
  bytes(): AsyncGenerator<Buffer>;
  /** Ends what was begun and never asked for. */
  close(): Promise<void>;
}

/** Looks at the beginning of what `open` gives: about `headBytes` of it. */
export async function contentOf(open: () => AsyncIterable<Buffer>, headBytes: number): Promise<Content> {
  const pieces: Buffer[] = [];
  let size = 0;
  let begun: AsyncIterator<Buffer> | null = open()[Symbol.asyncIterator]();
  let isWhole = false;
  let damage: Damage | null = null;
  while (size < headBytes && !isWhole) {
    try {
      const { value, done } = await begun.next();
      if (done) isWhole = true;
      else {
        pieces.push(value);
        size += value.length;
      }
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      // What is ahead of the damage is read like any other content.
      damage = error;
      isWhole = true;
    }
  }
  const close = async () => {
    await begun?.return?.();
    begun = null;
  };

  async function* resumed(rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* pieces;
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }

  return {
    head: pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces),
    isWhole,
    close,
    async *bytes() {
      if (isWhole) {
        yield* pieces;
        if (damage !== null) throw damage;
      } else if (begun !== null) {
        const rest = begun;
        begun = null;
        yield* resumed(rest);
      } else {
        yield* open();
      }
    },
  };
}
