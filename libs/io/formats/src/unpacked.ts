import { randomBytes } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, UnavailableError } from '@proofmill/contract';
import type { RecordFile } from './record-file.ts';

/** A file of more bytes is not unpacked. */
const mostBytes = 16 * 1024 ** 3;

/** The content is too large to be unpacked here. */
export class TooLargeToUnpack extends Error {}

/**
 * Content that comes from its beginning to its end, as a file that can be read in any order. It is written to a file in the folder for temporary
 * files (TMPDIR) that has no name once it is open, so nothing of it is left, however the process ends. Rejects with TooLargeToUnpack, with
 * UnavailableError or ConfigurationError where that folder has no room or cannot be written to, and with what the content rejects with.
 */
export async function unpacked(
  uri: string,
  content: AsyncIterable<Uint8Array>,
  { folder = tmpdir(), most = mostBytes }: { readonly folder?: string; readonly most?: number } = {},
): Promise<RecordFile & AsyncDisposable> {
  const handle = await nameless(folder).catch((error: unknown) => {
    throw unpackError(error, uri, folder);
  });
  try {
    let bytes = 0;
    for await (const piece of content) {
      if (bytes + piece.length > most) throw new TooLargeToUnpack();
      await writeWhole(handle, piece, bytes).catch((error: unknown) => {
        throw unpackError(error, uri, folder);
      });
      bytes += piece.length;
    }
    return fileOf(uri, handle, bytes);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function nameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `proofmill-unpacked-${randomBytes(8).toString('hex')}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}

const streamBytes = 1024 * 1024;

function fileOf(uri: string, handle: FileHandle, bytes: number): RecordFile & AsyncDisposable {
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const piece = new Uint8Array(Math.max(0, Math.min(length, bytes - offset)));
    for (let at = 0; at < piece.length; ) {
      at += (await handle.read(piece, at, piece.length - at, offset + at)).bytesRead;
    }
    return piece;
  };
  return {
    uri,
    bytes,
    read,
    async *stream() {
      for (let offset = 0; offset < bytes; offset += streamBytes) yield await read(offset, streamBytes);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** A disk that is full is no fault of the file: its records must not fail for it. */
function unpackError(error: unknown, uri: string, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const attempt = `Cannot unpack ${uri} in ${folder}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UnavailableError(
      code,
      `${attempt}: there is no space left (${code}). Name a folder with more room in the environment variable TMPDIR, or unpack the file yourself`,
      { cause: error, runAgainWhen: 'some has been freed' },
    );
  }
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'].includes(code)) return error;
  return new ConfigurationError(
    `${attempt}: the folder cannot be written to (${code}). Name another one in the environment variable TMPDIR, or unpack the file yourself`,
    { cause: error },
  );
}
