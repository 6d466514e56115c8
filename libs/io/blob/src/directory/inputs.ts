import { type BigIntStats, constants } from 'node:fs';
import { glob, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { ConfigurationError, type Input } from '@proofmill/contract';
import { readPieces } from './file-bytes.ts';
import { diskError, errnoOf } from './disk-error.ts';
import { isInside } from './folders.ts';
import { fileOfUri, placeOfUri } from './input-uri.ts';
import { nearestNames } from '../nearest.ts';

/** The input files of a job, as bytes. */
export interface Inputs {
  /** Resolves URIs and globs, in their order, each file once. ConfigurationError when one matches nothing. */
  list(uris: readonly string[]): Promise<Input[]>;
  /** The bytes of a listed file. ConfigurationError when it is no longer the file that was listed. */
  open(input: Input): AsyncIterable<Uint8Array>;
}

const globSyntax = /[*?[\]{}]/;
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Changes whenever the file does, and means nothing else. A file rewritten with the same size within one tick of the file
 * system's clock (some milliseconds) would pass.
 */
const etagOf = (stats: BigIntStats): string => `${stats.size}-${stats.mtimeNs}-${stats.ino}`;

async function statOrNull(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw diskError(error, `read ${path}`);
  }
}

/** What a user who mistyped a name would like to know. */
async function hintFor(path: string, isGlob: boolean): Promise<string> {
  let folder = dirname(path);
  while (isGlob && globSyntax.test(folder)) folder = dirname(folder);
  const names = await readdir(folder).catch(() => null);
  if (names === null) return ` There is no folder ${folder}.`;
  if (names.length === 0) return ` The folder ${folder} is empty.`;
  return ` In ${folder} there is: ${nearestNames(basename(path), names).join(', ')}.`;
}

/**
 * Input files of this machine. URIs are paths (relative ones start at `baseDir`), file:// URIs, and globs of both (`*`, `?`,
 * `**`, `[..]`, `{..}`; hidden files only where the pattern says so). Files of a glob come sorted by name; a file that two
 * URIs name, through links too, is taken once. With `within`, a file that lies elsewhere is refused.
 */
export function directoryInputs({ baseDir, within }: { baseDir: string; within?: string }): Inputs {
  async function matchesOf(uri: string): Promise<string[]> {
    const { path, uriOf } = placeOfUri(uri);
    // A file whose name has brackets in it is meant as it stands.
    if ((await statOrNull(resolve(baseDir, path))) !== null) return [uri];
    const isGlob = globSyntax.test(path);
    const found: string[] = [];
    if (isGlob) {
      for await (const match of glob(path, { cwd: baseDir })) {
        if ((await statOrNull(resolve(baseDir, match)))?.isFile()) found.push(match);
      }
    }
    if (found.length > 0) return found.sort(byName).map(uriOf);
    const hint = await hintFor(resolve(baseDir, path), isGlob);
    throw new ConfigurationError(`${uri} matches no file.${hint}`);
  }

  async function inputOf(uri: string): Promise<{ file: string; input: Input }> {
    const path = fileOfUri(uri, baseDir);
    try {
      const file = await realpath(path);
      if (within !== undefined && !isInside(file, await realpath(within))) {
        throw new ConfigurationError(`${uri} lies outside ${within}, where inputs have to be`);
      }
      const stats = await stat(file, { bigint: true });
      if (stats.isDirectory())
        throw new ConfigurationError(`${uri} is a folder: name its files, such as ${uri}/*.jsonl`);
      if (!stats.isFile()) throw new ConfigurationError(`${uri} is not a regular file`);
      return { file, input: { uri, bytes: Number(stats.size), etag: etagOf(stats) } };
    } catch (error) {
      throw diskError(error, `read ${path}`);
    }
  }

  async function list(uris: readonly string[]): Promise<Input[]> {
    const inputs = new Map<string, Input>();
    for (const uri of uris) {
      for (const match of await matchesOf(uri)) {
        const { file, input } = await inputOf(match);
        if (!inputs.has(file)) inputs.set(file, input);
      }
    }
    return [...inputs.values()];
  }

  async function* read(input: Input): AsyncGenerator<Uint8Array> {
    const path = fileOfUri(input.uri, baseDir);
    const demand = (stats: BigIntStats | null): void => {
      if (stats?.isFile() && etagOf(stats) === input.etag) return;
      throw new ConfigurationError(
        `${input.uri} changed while it was planned: inputs must stay as they are until the plan is complete. Start the job again.`,
      );
    };
    demand(await statOrNull(path));
    // Not blocking: the name may by now be a pipe, which would wait for a writer.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
      throw diskError(error, `read ${path}`);
    });
    try {
      demand(await handle.stat({ bigint: true }));
      yield* readPieces(handle, 0, input.bytes);
      demand(await handle.stat({ bigint: true }));
      demand(await statOrNull(path));
    } catch (error) {
      throw diskError(error, `read ${path}`);
    } finally {
      await handle.close();
    }
  }

  return { list, open: read };
}
