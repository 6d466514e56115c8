import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigurationError, schemeOf } from '@proofmill/contract';

/** A URI as a path of this machine. */
export interface Place {
  /** Absolute, or relative to the base folder; perhaps a glob. */
  readonly path: string;
  /** Writes a path that was found in the way in which the URI was written. */
  readonly uriOf: (path: string) => string;
}

/**
 * Reads a path or a file:// URI. In a file:// URI, `?` and `#` are part of the path, so that it may be a glob; they begin no
 * query or fragment. ConfigurationError for any other scheme.
 */
export function placeOfUri(uri: string): Place {
  if (uri === '' || uri.includes('\0')) throw new ConfigurationError(`${JSON.stringify(uri)} is not an input URI`);
  const scheme = schemeOf(uri);
  if (scheme === null) return { path: uri, uriOf: (path) => path };
  if (scheme !== 'file') {
    throw new ConfigurationError(
      `${uri} is not an input: write a path, file://, s3://BUCKET/KEY, https:// or hf://datasets/ORG/NAME/PATH. Else copy the files to a folder, or mount them.`,
    );
  }
  try {
    const literal = uri.replace(/[?#]/g, encodeURIComponent);
    return { path: fileURLToPath(literal), uriOf: (path) => pathToFileURL(path).href };
  } catch (error) {
    throw new ConfigurationError(
      `${uri} is not a valid file:// URI; a valid one looks like file:///folder/name.jsonl`,
      {
        cause: error,
      },
    );
  }
}

/** The file of a listed input. */
export const fileOfUri = (uri: string, baseDir: string): string => resolve(baseDir, placeOfUri(uri).path);
