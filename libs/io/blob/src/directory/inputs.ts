import { type BigIntStats, constants } from 'node:fs';
import { glob, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigurationError, type Input } from '@proofmill/contract';
import { outputMarks, refuseEarlierOutput } from '../earlier-output.ts';
import { globSyntax, type Inputs } from '../inputs.ts';
import { nearestNames } from '../nearest.ts';
import { diskError, errnoOf } from './disk-error.ts';
import { readPieces, readRange } from './file-bytes.ts';
import { isInside } from './folders.ts';
import { fileOfUri, placeOfUri } from './input-uri.ts';

interface Options {
  readonly baseDir: string;
  readonly within?: string;
}

/**
 * Input files of this machine. URIs are paths (relative ones start at `baseDir`), file:// URIs, and globs of both (`*`, `?`,
 * `**`, `[..]`, `{..}`; hidden files only where the pattern names the dot). The files of a glob are sorted by name. A file that
 * two URIs name, perhaps through links, is taken once. With `within`, a file outside that folder is refused.
 */
export function directoryInputs(options: Options): Inputs {
  return {
    async list(uris) {
      const inputs = new Map<string, Input>();
      for (const uri of uris) {
        for (const match of await matchesOf(uri, options)) {
          const { file, input } = await inputOf(match, options);
          if (!inputs.has(file)) inputs.set(file, input);
        }
      }
      return [...inputs.values()];
    },
    async *open(input) {
      await using file = await openUnchanged(input, options);
      yield* file.pieces();
    },
    async read(input, offset, length) {
      await using file = await openUnchanged(input, options);
      return await file.range(offset, length);
    },
  };
}

/** The URIs of the files that a URI or glob names. */
async function matchesOf(uri: string, { baseDir }: Options): Promise<string[]> {
  const { path, uriOf } = placeOfUri(uri);
  // The name of a file may have brackets in it.
  if ((await statOrNull(resolve(baseDir, path))) !== null) return [uri];
  const isGlob = globSyntax.test(path);
  const found: string[] = [];
  if (isGlob) {
    for await (const match of glob(path, { cwd: baseDir })) {
      if ((await statOrNull(resolve(baseDir, match)))?.isFile()) found.push(match);
    }
  }
  if (found.length > 0) {
    await refuseEarlierOutput(uri, path, found.sort(byName), (folder) =>
      isOutput(resolve(baseDir, path.startsWith('/') ? `/${folder}` : folder)),
    );
    return found.map(uriOf);
  }
  const hint = await hintFor(resolve(baseDir, path), isGlob);
  throw new ConfigurationError(`${uri} matches no file. ${hint}`);
}

async function isOutput(folder: string): Promise<boolean> {
  for (const mark of outputMarks) if ((await statOrNull(join(folder, mark))) !== null) return true;
  return false;
}

const byName = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Helps a user who mistyped a name. */
async function hintFor(path: string, isGlob: boolean): Promise<string> {
  let folder = dirname(path);
  while (isGlob && globSyntax.test(folder)) folder = dirname(folder);
  const names = await readdir(folder).catch(() => null);
  if (names === null) return `There is no folder ${folder}.`;
  if (names.length === 0) return `The folder ${folder} is empty.`;
  return `The folder ${folder} has: ${nearestNames(basename(path), names).join(', ')}.`;
}

/** A file as an input, with its path after all links. */
async function inputOf(uri: string, { baseDir, within }: Options): Promise<{ file: string; input: Input }> {
  const path = fileOfUri(uri, baseDir);
  try {
    const file = await realpath(path);
    if (within !== undefined && !isInside(file, await realpath(within))) {
      throw new ConfigurationError(`${uri} is outside ${within}, where inputs have to be`);
    }
    const stats = await stat(file, { bigint: true });
    if (stats.isDirectory()) throw new ConfigurationError(`${uri} is a folder: name its files, such as ${uri}/*.jsonl`);
    if (!stats.isFile()) throw new ConfigurationError(`${uri} is not a regular file`);
    return { file, input: { uri, bytes: Number(stats.size), etag: etagOf(stats) } };
  } catch (error) {
    throw diskError(error, `read ${path}`);
  }
}

/** A listed file. Checks that it is the listed one ahead of reading and, since it may change meanwhile, after that. */
async function openUnchanged(input: Input, { baseDir }: Options) {
  const path = fileOfUri(input.uri, baseDir);
  const failed = (error: unknown) => diskError(error, `read ${path}`);
  const checkUnchanged = (stats: BigIntStats | null): void => {
    if (stats?.isFile() && etagOf(stats) === input.etag) return;
    throw new ConfigurationError(
      `${input.uri} changed while it was planned: inputs must not change until the plan is complete. Start the job again.`,
    );
  };
  checkUnchanged(await statOrNull(path));
  // Non-blocking: the name may meanwhile belong to a pipe, which would wait for a writer.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw failed(error);
  });
  const isStillThere = async () => {
    checkUnchanged(await handle.stat({ bigint: true }));
    checkUnchanged(await statOrNull(path));
  };
  return {
    async *pieces(): AsyncGenerator<Uint8Array> {
      try {
        checkUnchanged(await handle.stat({ bigint: true }));
        yield* readPieces(handle, 0, input.bytes);
        await isStillThere();
      } catch (error) {
        throw failed(error);
      }
    },
    async range(offset: number, length: number): Promise<Uint8Array> {
      try {
        const bytes = await readRange(handle, offset, Math.max(0, Math.min(length, input.bytes - offset)));
        await isStillThere();
        return bytes;
      } catch (error) {
        throw failed(error);
      }
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/**
 * Changes whenever the file does, and has no other meaning. It misses a file that is rewritten with the same size within one
 * tick of the file system's clock (some milliseconds).
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
