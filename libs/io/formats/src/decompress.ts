import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { FailureClass } from '@proofmill/contract';

type DamageClass = Extract<FailureClass, 'damaged-file' | 'decompression-bomb'>;

/** Why a compressed file cannot be read to its end. Only this is a problem of the file; any other error is the reader's. */
export class Damage extends Error {
  readonly failureClass: DamageClass;
  constructor(failureClass: DamageClass, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failureClass = failureClass;
  }
}

/** A file may expand to this size whatever it is .. */
const freeBytes = 64 * 1024 * 1024;
/** .. and beyond it to this many times its own size. Text rarely reaches 20. */
const maxRatio = 200;
/** How much one call of the decoder gives. A decoder that meets damage drops its output so far, so at most this is lost. */
const chunkSize = 64 * 1024;

type Kind = 'gzip' | 'zstd';

/** One decoder, driven a block at a time: it gets the next block once all output of the last one has been taken. */
function decoderOf(kind: Kind) {
  const engine = kind === 'gzip' ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
  let failure: Error | undefined;
  let hasEnded = false;
  let bytesFed = 0;
  let wake = (): void => {};
  engine.on('readable', () => wake());
  engine.on('end', () => {
    hasEnded = true;
    wake();
  });
  engine.on('error', (error) => {
    failure = error;
    wake();
  });

  async function* drain(isDone: () => boolean): AsyncGenerator<Buffer> {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const piece: Buffer | null = engine.read();
      if (piece !== null) yield piece;
      else if (failure) throw new Damage('damaged-file', `${kind}: ${failure.message}`, { cause: failure });
      else if (hasEnded || isDone()) return;
      else await changed;
    }
  }

  return {
    /** Gives what the block expands to; `leftOver` is then how much of the block lay beyond the end of the data. */
    async *feed(block: Buffer): AsyncGenerator<Buffer> {
      let isTaken = false;
      bytesFed += block.length;
      engine.write(block, () => {
        isTaken = true;
        wake();
      });
      yield* drain(() => isTaken);
    },
    leftOver: () => bytesFed - engine.bytesWritten,
    async *finish(): AsyncGenerator<Buffer> {
      engine.end();
      yield* drain(() => false);
    },
    discard: () => engine.destroy(),
  };
}

/** Node's gzip decoder stops at padding with zeros, as tapes leave it, and would ignore anything that follows. */
function demandZeros(padding: Buffer): void {
  if (padding.some((byte) => byte !== 0)) throw new Damage('damaged-file', 'gzip: data follows the padding at the end');
}

/**
 * The content of a gzip file (of one or more members) or a zstd file (of one or more frames). Rejects with Damage when it is
 * cut short, damaged, followed by other data, or expands too far. Both formats have their checksum at the end of a member or
 * frame, so the content so far may be altered where bits have flipped: the caller learns it at the end.
 *
 * Node's gzip decoder goes through members by itself. Its zstd decoder ends after the first frame and drops the rest without
 * an error (nodejs/node#64741), so when a frame ends with bytes left over, a new decoder reads them.
 */
export async function* decompress(blocks: AsyncIterable<Buffer>, kind: Kind): AsyncGenerator<Buffer> {
  let bytesIn = 0;
  let bytesOut = 0;
  let decoder = decoderOf(kind);
  let isPadding = false;

  async function* measured(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      bytesOut += piece.length;
      if (bytesOut > freeBytes + maxRatio * bytesIn) {
        throw new Damage('decompression-bomb', `${kind}: more than ${maxRatio} times its own size`);
      }
      yield piece;
    }
  }

  try {
    for await (const block of blocks) {
      bytesIn += block.length;
      if (isPadding) demandZeros(block);
      for (let rest = block; rest.length > 0 && !isPadding; ) {
        yield* measured(decoder.feed(rest));
        const next = rest.subarray(rest.length - decoder.leftOver());
        if (kind === 'gzip' && next.length > 0) {
          demandZeros(next);
          isPadding = true;
        } else if (next.length > 0) {
          if (next.length === rest.length) throw new Damage('damaged-file', 'zstd: the decoder takes no more');
          decoder.discard();
          decoder = decoderOf(kind);
        }
        rest = next;
      }
    }
    if (!isPadding) yield* measured(decoder.finish());
  } finally {
    decoder.discard();
  }
}
