/**
 * Walks over the blocks of the zstd frame (RFC 8878, 3.1.1) at the start of `bytes` and gives its length in bytes, or null
 * if it is not whole or not a frame. Node's own reader is no help: it stops after the first of two frames, or reads both if
 * the first fills its output buffer exactly, and reports neither.
 */
export function frameLength(bytes: Uint8Array): number | null {
  const head = headOf(bytes);
  if (head === null) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = head.end;
  for (;;) {
    if (at + 3 > bytes.length) return null;
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const type = (header >> 1) & 3;
    // A run-length block (1) holds one byte, whatever size it stands for.
    at += 3 + (type === 1 ? 1 : header >> 3);
    if (type === 3) return null;
    if ((header & 1) === 1) break;
  }
  at += head.checksumBytes;
  return at <= bytes.length ? at : null;
}

/** How many bytes the frame at the start of `bytes` says that it holds; null where it does not say, or is no frame. */
export function contentLength(bytes: Uint8Array): number | null {
  const head = headOf(bytes);
  if (head === null || head.end > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (head.sizeBytes) {
    case 1:
      return view.getUint8(head.end - 1);
    case 2:
      return view.getUint16(head.end - 2, true) + 256;
    case 4:
      return view.getUint32(head.end - 4, true);
    default:
      return null;
  }
}

interface Head {
  /** Where the first block begins. */
  readonly end: number;
  /** Bytes of the size of the content, which come last. */
  readonly sizeBytes: number;
  readonly checksumBytes: number;
}

function headOf(bytes: Uint8Array): Head | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== 0xfd2fb528) return null;
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
  return { end: 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes, sizeBytes, checksumBytes };
}
