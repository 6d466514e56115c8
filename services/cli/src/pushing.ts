import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@proofmill/blob';
import { ConfigurationError } from '@proofmill/contract';
import { pushToHub } from '@proofmill/web';

/** Written last, so that a data set that has them is whole. */
const last = ['_MANIFEST.json', '_SUCCESS'];

/** @throws {ConfigurationError} where the set is not in a folder of this machine, whose files are read as they are sent */
export function requireLocal(folder: string): void {
  if (!folder.includes('://') || folder.startsWith('file:///')) return;
  throw new ConfigurationError(
    `--push sends a set from a folder of this machine; give --to FOLDER instead of ${folder}`,
  );
}

/**
 * Pushes a complete set to the Hub, to HF_ENDPOINT where that is set. Gives the number of files that were sent.
 * @throws as pushToHub does
 */
export async function pushSet(folder: string, to: string, sent: (path: string) => void): Promise<number> {
  const root = folder.startsWith('file:///') ? fileURLToPath(folder) : folder;
  const paths = (await openStore(folder).list('')).filter((path) => !path.startsWith('.') && !last.includes(path));
  return await pushToHub({
    ...{ to, sent, token: process.env.HF_TOKEN, endpoint: process.env.HF_ENDPOINT },
    files: [...paths, ...last].map((path) => ({ path, open: () => openAsBlob(join(root, path)) })),
  });
}
