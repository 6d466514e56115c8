/**
 * Puts a folder of weights into an object store: each file is created once, under its name, and a manifest that names all of them comes last.
 *
 * What was killed is taken up by the next one: a file that is there whole is not sent again. Nothing in the store is overwritten or removed.
 */
import {
  ConfigurationError,
  digestOfWeights,
  isOfWeights,
  type ListedFolder,
  type Store,
  sha256,
  type WeightsManifest,
  weightsManifestPath,
} from '@proofmill/contract';
import { contentOf, createSame, objectBytes } from '@proofmill/folder';
import type { WeightsDigest } from '../loop-ports.ts';
import { checkedContent } from './checked-content.ts';
import { digestOf } from './manifest.ts';

export interface PutWeights {
  readonly from: Store;
  /** Names `from` in sentences. */
  readonly folder: string;
  readonly to: Store;
  /** The same place as `to`. */
  readonly listed: ListedFolder;
  /** `s3://BUCKET/FOLDER`. Names `to` in sentences. */
  readonly uri: string;
  /** The digest that the weights must have; null for any. */
  readonly expected: string | null;
  readonly report: (sentence: string) => void;
  readonly stop: AbortSignal;
}

type DigestedFile = WeightsManifest['files'][number];

/** @throws {ConfigurationError} where the folder has no weights or others than expected, or the store something else under these names */
export async function putWeights(options: PutWeights): Promise<WeightsDigest> {
  const { from, folder, to, listed, uri, expected, report, stop } = options;
  const files = await digestedFiles(from, stop);
  if (files.length === 0) throw new ConfigurationError(`${folder} has no files: there are no weights to put`);
  const manifest: WeightsManifest = { v: 1, weightsSha256: digestOfWeights(files), files };
  if (expected !== null && manifest.weightsSha256 !== expected)
    throw new ConfigurationError(
      `${folder} does not hold the weights that it had: their sha256 was ${expected}, and is ${manifest.weightsSha256}. Links to files elsewhere are not followed, so copy such files into the folder`,
    );
  const names = new Set([weightsManifestPath, ...files.map(({ path }) => path)]);
  const there = await listed.list(names.size + 1);
  const other = there.find(({ path }) => !names.has(path));
  if (other) throw foreign(uri, other.path);
  const manifestBytes = objectBytes(manifest, 1);
  const before = await to.read(weightsManifestPath);
  if (before && sha256(before) !== sha256(manifestBytes)) throw foreign(uri, weightsManifestPath);
  const sizes = new Map(there.map(({ path, bytes }) => [path, bytes]));
  const missing = files.filter(({ path }) => !sizes.has(path));
  report(`${uri}: ${missing.length} of ${files.length} files are sent`);
  for (const file of files) {
    stop.throwIfAborted();
    const size = sizes.get(file.path);
    if (size === undefined ? !(await isSent(options, file)) : true) await requireSame(options, file, size);
  }
  await createSame(to, weightsManifestPath, manifestBytes);
  return digestOf(manifest);
}

async function digestedFiles(from: Store, stop: AbortSignal): Promise<DigestedFile[]> {
  const files: DigestedFile[] = [];
  for (const path of (await from.list('')).filter(isWeightsFile)) {
    stop.throwIfAborted();
    const content = await contentOf(from.stream(path));
    files.push({ path, bytes: content.bytes, sha256: content.sha256 });
  }
  return files;
}

/** Not what a fetch has noted, either. */
const isWeightsFile = (path: string): boolean => isOfWeights(path) && !path.startsWith('.proofmill/');

/** False where another process has created it meanwhile. */
async function isSent({ from, folder, to, report, stop }: PutWeights, file: DigestedFile): Promise<boolean> {
  const wrong = (): Error =>
    new ConfigurationError(
      `${folder}/${file.path} has changed while it was sent. Run the command again once nobody writes it`,
    );
  const content = checkedContent(from.stream(file.path), { known: file, wrong, stop });
  const { created } = await to.write(file.path, content, { sha256: file.sha256 });
  if (created) report(`${file.path}: ${file.bytes} bytes`);
  return created;
}

async function requireSame(
  { to, listed, uri }: PutWeights,
  { path, bytes, sha256 }: DigestedFile,
  size = bytes,
): Promise<void> {
  const found =
    size === bytes ? ((await listed.recordedSha256(path)) ?? (await contentOf(to.stream(path))).sha256) : null;
  if (found !== sha256) throw foreign(uri, path);
}

const foreign = (uri: string, path: string): ConfigurationError =>
  new ConfigurationError(
    `${uri} holds another file, ${path}, which is not one of these weights. Nothing of it was changed. Name a new or an empty folder`,
  );
