import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { Damage } from './damage.ts';

/** A file may expand to this size whatever it is .. */
const freeBytes = 64 * 1024 * 1024;
/** .. and beyond it to this many times its own size. Text rarely reaches 20. */
const maxRatio = 200;
/** How much one call of the decoder gives. A decoder that meets damage drops its output so far. */
const chunkSize = 64 * 1024;
/** Near damage a decoder gets so little at a time that it has next to nothing to drop. */
const carefulBytes = 16;

type Kind = 'gzip' | 'zstd';

/** `zstd --long=31` writes frames that reach back 2 GB. A decoder holds what a frame asks for, and no more than its content. */
const zstdParams = { [constants.ZSTD_d_windowLogMax]: 31 };

/** One decoder, driven a block at a time: it gets the next block once all output of the last one has been taken. */
function decoderOf(kind: Kind) {
  const engine =
    kind === 'gzip' ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize, params: zstdParams });
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
      else if (failure) throw new Damage('damaged-file', damageOf(kind, failure), { cause: failure });
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

function damageOf(kind: Kind, failure: Error): string {
  const isCut = /unexpected end|unknown|truncated/i.test(failure.message) && !/header/.test(failure.message);
  return `${isCut ? 'the file is cut short' : 'the compressed data is damaged'} (${kind}: ${failure.message}); what could be read ahead of that was read`;
}

/** Node's gzip decoder stops at padding with zeros, as tapes leave it, and would ignore anything that follows. */
function demandZeros(padding: Buffer): void {
  if (padding.every((byte) => byte === 0)) return;
  throw new Damage(
    'damaged-file',
    'something that is not gzip follows the end of the compressed data; all that was compressed was read',
  );
}

/**
 * The content of a gzip file (of one or more members) or a zstd file (of one or more frames, with windows of any size). Rejects with Damage
 * when it is cut short, damaged, followed by other data, or expands too far; what is ahead of that is given first, to within some bytes.
 * Both formats have their checksum at the end of a member or frame, so the content of the last one may be altered where bits have flipped.
 */
export async function* decompress(open: () => AsyncIterable<Buffer>, kind: Kind): AsyncGenerator<Buffer> {
  const progress = { blocks: 0, bytes: 0 };
  try {
    yield* decode(open(), kind, progress);
  } catch (error) {
    if (!(error instanceof Damage) || error.failureClass !== 'damaged-file') throw error;
    yield* upToDamage(open, kind, progress);
    throw error;
  }
}

/** What the decoder dropped when it met damage: the content beyond `given.bytes`, read again with care from the block of the damage on. */
async function* upToDamage(
  open: () => AsyncIterable<Buffer>,
  kind: Kind,
  given: { readonly blocks: number; readonly bytes: number },
): AsyncGenerator<Buffer> {
  async function* careful(): AsyncGenerator<Buffer> {
    let block = 0;
    for await (const bytes of open()) {
      block += 1;
      if (block < given.blocks) yield bytes;
      else for (let at = 0; at < bytes.length; at += carefulBytes) yield bytes.subarray(at, at + carefulBytes);
    }
  }
  let position = 0;
  try {
    for await (const piece of decode(careful(), kind, { blocks: 0, bytes: 0 })) {
      const known = Math.max(0, given.bytes - position);
      position += piece.length;
      if (piece.length > known) yield piece.subarray(known);
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
  }
}

/**
 * Decodes once. Node's gzip decoder goes through members by itself. Its zstd decoder ends after the first frame and drops the rest without
 * an error (nodejs/node#64741), so when a frame ends with bytes left over, a new decoder reads them.
 */
async function* decode(
  blocks: AsyncIterable<Buffer>,
  kind: Kind,
  progress: { blocks: number; bytes: number },
): AsyncGenerator<Buffer> {
  let bytesIn = 0;
  let decoder = decoderOf(kind);
  let isPadding = false;

  async function* measured(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      progress.bytes += piece.length;
      if (progress.bytes > freeBytes + maxRatio * bytesIn) {
        throw new Damage('decompression-bomb', `${kind}: it expands to more than ${maxRatio} times its own size`);
      }
      yield piece;
    }
  }

  try {
    for await (const block of blocks) {
      bytesIn += block.length;
      progress.blocks += 1;
      if (isPadding) demandZeros(block);
      for (let rest = block; rest.length > 0 && !isPadding; ) {
        yield* measured(decoder.feed(rest));
        const next = rest.subarray(rest.length - decoder.leftOver());
        if (kind === 'gzip' && next.length > 0) {
          demandZeros(next);
          isPadding = true;
        } else if (next.length > 0) {
          if (next.length === rest.length)
            throw new Damage('damaged-file', 'what follows the last whole zstd frame is damaged');
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
