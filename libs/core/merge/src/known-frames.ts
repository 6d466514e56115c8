/**
 * What a ledger knows, as bytes: for each frame that matters its head and its place, and no text.
 *
 *     kind u8, drive u16, index u32 | epoch u32, position u48, length u32
 *
 * Little endian, 21 bytes a frame.
 */
import { IntegrityError } from '@proofmill/contract';
import { kinds } from './frames.ts';
import type { PlacedFrame, ShardLedger } from './shard-ledger.ts';

const frameBytes = 21;

export function encodeKnown(ledger: Pick<ShardLedger, 'frames'>): Uint8Array {
  let count = 0;
  for (const _ of ledger.frames()) count += 1;
  const all = Buffer.alloc(count * frameBytes);
  let at = 0;
  for (const { frame, place } of ledger.frames()) {
    all.writeUInt8(kinds.indexOf(frame.kind), at);
    all.writeUInt16LE(frame.drive, at + 1);
    all.writeUInt32LE(frame.index, at + 3);
    all.writeUInt32LE(place.epoch, at + 7);
    all.writeUIntLE(place.position, at + 11, 6);
    all.writeUInt32LE(place.length, at + 17);
    at += frameBytes;
  }
  return all;
}

/** The frames of `encodeKnown`. @throws IntegrityError for other bytes */
export function* knownFrames(bytes: Uint8Array): Generator<PlacedFrame> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < all.length; at += frameBytes) {
    const kind = kinds[all.readUInt8(at)];
    if (kind === undefined || at + frameBytes > all.length) throw new IntegrityError('a checkpoint holds other bytes');
    yield {
      frame: { index: all.readUInt32LE(at + 3), kind, drive: all.readUInt16LE(at + 1) },
      place: {
        epoch: all.readUInt32LE(at + 7),
        position: all.readUIntLE(at + 11, 6),
        length: all.readUInt32LE(at + 17),
      },
    };
  }
}
