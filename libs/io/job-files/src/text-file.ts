/** Texts that a user names: as much as such a text may have is read, and no more. */
import { open } from 'node:fs/promises';
import { ConfigurationError } from '@proofmill/contract';

/** Job files and profiles have a few kilobytes; one with thousands of corpus files, some hundred. */
const maxYamlBytes = 1024 * 1024;

/**
 * The text of a file. `name` is what a sentence calls it: `job file`.
 * @throws ConfigurationError for a file that cannot be read, is too long, or is not UTF-8
 */
export async function readTextFile(path: string, name: string, maxBytes = maxYamlBytes): Promise<string> {
  const bytes = await readAtMost(path, maxBytes).catch((error: Error) => {
    throw new ConfigurationError(`${path}: the ${name} cannot be read (${error.message})`, { cause: error });
  });
  if (bytes === null)
    throw new ConfigurationError(
      `${path}: the ${name} has more than ${maxBytes} bytes. Is this the file that you mean?`,
    );
  try {
    return textOf(bytes);
  } catch (error) {
    throw new ConfigurationError(`${path}: the ${name} is not text in UTF-8. Is this the file that you mean?`, {
      cause: error,
    });
  }
}

/** Throws TypeError for bytes that are not UTF-8. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** Null: it has more. A device or a pipe has no size to ask for, so this reads on until the end or the bound. */
async function readAtMost(path: string, maxBytes: number): Promise<Uint8Array | null> {
  await using file = await open(path);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024));
    if (bytesRead === 0) return Buffer.concat(pieces);
    length += bytesRead;
    if (length > maxBytes) return null;
    pieces.push(buffer.subarray(0, bytesRead));
  }
}
