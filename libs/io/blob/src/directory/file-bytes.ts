import type { FileHandle } from 'node:fs/promises';

/** Files are read and written in pieces of this size. */
export const pieceBytes = 256 * 1024;

/** Writes all of `bytes` at `position`, however few bytes one system call takes. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    // Zero bytes without an error would repeat for ever.
    if (bytesWritten === 0) throw new Error('the system wrote nothing and gave no error');
    done += bytesWritten;
  }
}

/** The `length` bytes at `offset`; fewer where the file ends earlier. */
export async function readRange(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** The bytes from `offset` up to `end`, or to the end of the file. Each piece has memory of its own. */
export async function* readPieces(handle: FileHandle, offset: number, end: number): AsyncGenerator<Uint8Array> {
  for (let position = offset; position < end; ) {
    const piece = await readRange(handle, position, Math.min(pieceBytes, end - position));
    if (piece.length === 0) return;
    yield piece;
    position += piece.length;
  }
}
