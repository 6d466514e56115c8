import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigurationError } from '@proofmill/contract';

const scheme = /^([a-z][a-z0-9+.-]*):\/\//i;

/** A URI as a path of this machine, and how a path found by it is written in the same manner. */
export interface Place {
  /** Absolute, or relative to the base folder; perhaps a glob. */
  readonly path: string;
  readonly uriOf: (path: string) => string;
}

/**
 * Reads a path or a file:// URI. In a file:// URI `?` and `#` begin no query or fragment: they are part of the path, so that
 * a glob can be written. ConfigurationError for every other scheme.
 */
export function placeOfUri(uri: string): Place {
  if (uri === '' || uri.includes('\0')) throw new ConfigurationError(`${JSON.stringify(uri)} is no input URI`);
  const name = scheme.exec(uri)?.[1]?.toLowerCase();
  if (name === undefined) return { path: uri, uriOf: (path) => path };
  if (name !== 'file') {
    throw new ConfigurationError(
      `${uri}: inputs are paths or file:// URIs; ${name}:// is not read by this version. Copy the files to a folder or mount them.`,
    );
  }
  try {
    const literal = uri.replace(/[?#]/g, encodeURIComponent);
    return { path: fileURLToPath(literal), uriOf: (path) => pathToFileURL(path).href };
  } catch (error) {
    throw new ConfigurationError(`${uri} is no valid file:// URI; it looks like file:///folder/name.jsonl`, {
      cause: error,
    });
  }
}

/** The file that a URI of a listed input names. */
export const fileOfUri = (uri: string, baseDir: string): string => resolve(baseDir, placeOfUri(uri).path);
