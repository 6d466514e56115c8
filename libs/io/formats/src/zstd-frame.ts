/**
 * Walks over the blocks of the zstd frame (RFC 8878, 3.1.1) at the start of `bytes` and gives its length in bytes, or null
 * if it is not whole or not a frame. Node's own reader is no help: it stops after the first of two frames, or reads both if
 * the first fills its output buffer exactly, and reports neither.
 */
export function frameLength(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== 0xfd2fb528) return null;
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
  let at = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
  for (;;) {
    if (at + 3 > bytes.length) return null;
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const type = (header >> 1) & 3;
    // A run-length block (1) holds one byte, whatever size it stands for.
    at += 3 + (type === 1 ? 1 : header >> 3);
    if (type === 3) return null;
    if ((header & 1) === 1) break;
  }
  at += checksumBytes;
  return at <= bytes.length ? at : null;
}
