/** _WEIGHTS.json of a folder in an object store. */
import {
  ConfigurationError,
  digestOfWeights,
  type ListedFile,
  type ListedFolder,
  unseal,
  type WeightsManifest,
  weightsManifestPath,
  weightsManifestSchema,
} from '@proofmill/contract';
import type { WeightsDigest } from '../loop-ports.ts';

const mostBytes = 16 * 1024 * 1024;

/**
 * The manifest of a folder; null where it has none, as when another program has put the files there.
 * @throws {ConfigurationError} where it is not that of the files that are there
 */
export async function manifestOf(
  from: ListedFolder,
  uri: string,
  files: readonly ListedFile[],
): Promise<WeightsManifest | null> {
  const listed = files.find(({ path }) => path === weightsManifestPath);
  if (!listed) return null;
  const refuse = (why: string): never => {
    throw new ConfigurationError(
      `${uri}/${weightsManifestPath} ${why}. Put the weights into a new folder with \`proofmill weights put\``,
    );
  };
  const manifest = listed.bytes > mostBytes ? null : parse(Buffer.concat(await Array.fromAsync(from.stream(listed))));
  if (manifest === null) return refuse('is damaged, or of another program');
  const sizes = new Map(files.map(({ path, bytes }) => [path, bytes]));
  for (const { path, bytes } of manifest.files)
    if (sizes.get(path) !== bytes) return refuse(`names the file ${path} with ${bytes} bytes, which is not there`);
  const named = new Set([weightsManifestPath, ...manifest.files.map(({ path }) => path)]);
  const other = files.find(({ path }) => !named.has(path));
  if (other) return refuse(`does not name the file ${other.path}, which somebody else has put there`);
  return manifest;
}

function parse(bytes: Uint8Array): WeightsManifest | null {
  const unsealed = unseal(bytes);
  const parsed = unsealed.state === 'sound' ? weightsManifestSchema.safeParse(unsealed.value) : null;
  return parsed?.success && parsed.data.weightsSha256 === digestOfWeights(parsed.data.files) ? parsed.data : null;
}

/** What a manifest comes to. */
export const digestOf = ({ weightsSha256, files }: WeightsManifest): WeightsDigest => ({
  sha256: weightsSha256,
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
});
