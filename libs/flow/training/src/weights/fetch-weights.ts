/**
 * Fetches a folder of weights out of an object store.
 *
 *   .proofmill/source.json    what the store had when the first of it was fetched; created ahead of all else
 *   the files                 each created whole, under its name
 *   .proofmill/fetched.json   the digests of all of them; created last
 *
 * A fetch that was killed is taken up by the next one: a file that is there is read and compared, and not fetched again. Where the store has
 * something else than at the first, the fetch is refused, as two versions of weights would mix.
 */
import {
  ConfigurationError,
  digestOfWeights,
  type ListedFile,
  type ListedFolder,
  type Store,
  sha256,
  type WeightsManifest,
  weightsManifestPath,
  weightsManifestSchema,
} from '@proofmill/contract';
import { contentOf, objectBytes, readObject } from '@proofmill/folder';
import type { WeightsDigest } from '../loop-ports.ts';
import { checkedContent } from './checked-content.ts';
import { digestOf, manifestOf } from './manifest.ts';
import { listWeights } from './weights-files.ts';

export interface FetchWeights {
  readonly from: ListedFolder;
  /** `s3://BUCKET/FOLDER`. Names `from` in sentences. */
  readonly uri: string;
  readonly to: Store;
  /** Names `to` in sentences. */
  readonly folder: string;
  /** The digest that the weights must have; null for any. */
  readonly wanted: string | null;
  readonly report: (sentence: string) => void;
  readonly stop: AbortSignal;
}

const paths = { source: '.proofmill/source.json', fetched: '.proofmill/fetched.json' };
/** One connection to an object store rarely fills a network. */
const filesTogether = 4;

type DigestedFile = WeightsManifest['files'][number];

/** @throws {ConfigurationError} where the store has no such weights, or the folder holds something else */
export async function fetchWeights(options: FetchWeights): Promise<WeightsDigest> {
  const { from, uri, to, folder, report } = options;
  const listed = await listWeights(from, uri);
  const manifest = await manifestOf(from, uri, listed);
  if (manifest) requireWanted(options, manifest.weightsSha256);
  const files = listed.filter(({ path }) => path !== weightsManifestPath);
  await claimFolder(options, files);
  const here = new Set(await to.list(''));
  const before = await readObject(to, paths.fetched, weightsManifestSchema);
  if (before && files.every(({ path }) => here.has(path))) {
    requireWanted(options, before.weightsSha256);
    report(`the weights are in ${folder} already`);
    return digestOf(before);
  }
  const digests = new Map(manifest?.files.map(({ path, sha256: known }) => [path, known]));
  const missing = files.filter(({ path }) => !here.has(path));
  report(`${folder}: ${missing.length} of ${files.length} files are fetched from ${uri}`);
  const failed = new AbortController();
  const stop = AbortSignal.any([options.stop, failed.signal]);
  const digested = await sideBySide(files, failed, async (file): Promise<DigestedFile> => {
    const known = digests.get(file.path) ?? (await from.recordedSha256(file.path));
    if (here.has(file.path)) return compared(options, file, known);
    const wrong = (): Error =>
      new ConfigurationError(
        `${uri}/${file.path} is not what it was when it was put there: its size or its sha256 differs. Put the weights into a new folder`,
      );
    const content = checkedContent(from.stream(file), { known: { bytes: file.bytes, sha256: known }, wrong, stop });
    const written = await to.write(file.path, content);
    report(`${file.path}: ${written.bytes} bytes`);
    // Another process may have created it meanwhile.
    return written.created
      ? { path: file.path, bytes: written.bytes, sha256: written.sha256 }
      : compared(options, file, written.sha256);
  });
  const fetched: WeightsManifest = { v: 1, weightsSha256: digestOfWeights(digested), files: digested };
  requireWanted(options, fetched.weightsSha256);
  await to.write(paths.fetched, [objectBytes(fetched, 1)]);
  return digestOf(fetched);
}

function requireWanted({ uri, wanted }: FetchWeights, found: string): void {
  if (wanted === null || wanted === found) return;
  throw new ConfigurationError(
    `${uri} holds other weights than those that are asked for: their sha256 is ${found}, and not ${wanted}. Name the folder of those weights, or their sha256`,
  );
}

/** Makes a folder that of these weights, or finds that it is. */
async function claimFolder({ uri, to, folder }: FetchWeights, files: readonly ListedFile[]): Promise<void> {
  const source = objectBytes({ v: 1, uri, files }, 1);
  const [found] = (await to.list('', 8)).filter((path) => path !== paths.source);
  // Whoever fetches at the same time has written it ahead of its first file.
  const stored = await to.read(paths.source);
  if (stored === null && found !== undefined)
    throw new ConfigurationError(
      `${folder} holds other files (${found}), and no weights that were fetched. Name a new or an empty folder`,
    );
  const kept = stored ?? ((await to.write(paths.source, [source])).created ? source : await to.read(paths.source));
  if (kept && sha256(kept) === sha256(source)) return;
  throw new ConfigurationError(
    `${folder} holds weights that were fetched from elsewhere, or from ${uri} when it had other files. Weights are not replaced, as engines may read them: put new ones into a new folder of the object store, or fetch into another folder`,
  );
}

/** A file that is in the folder already. */
async function compared(
  { uri, to, folder }: FetchWeights,
  file: ListedFile,
  known: string | null,
): Promise<DigestedFile> {
  const { bytes, sha256: found } = await contentOf(to.stream(file.path));
  if (bytes === file.bytes && (known === null || found === known)) return { path: file.path, bytes, sha256: found };
  throw new ConfigurationError(
    `${folder}/${file.path} is not the file that ${uri} has: its size or its sha256 differs. Remove it, and run the command again`,
  );
}

/** Does a task for each item, some at a time, and gives what they come to in the order of the items. The first failure stops the others. */
async function sideBySide<Item, Value>(
  items: readonly Item[],
  failed: AbortController,
  task: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  const left = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of left) {
      if (failed.signal.aborted) return;
      values[index] = await task(item);
    }
  };
  const ended = await Promise.allSettled(
    Array.from({ length: filesTogether }, () =>
      work().catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  if (failed.signal.aborted) throw failed.signal.reason;
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return values;
}
