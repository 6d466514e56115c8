import type { CommittedFile, Store } from '@proofmill/contract';
import { contentOf } from '@proofmill/folder';
import { attempt } from './attempt.ts';
import type { Findings } from './findings.ts';

/** Whether a file has the size and digest that its manifest says. */
export async function checkFile(store: Store, file: Omit<CommittedFile, 'count'>, found: Findings): Promise<boolean> {
  const content = await attempt(found, file.path, () => contentOf(store.stream(file.path)), 'it cannot be read: ');
  if (!content) return false;
  const { bytes, sha256 } = content;
  if (bytes !== file.bytes) found.add(file.path, `it has ${bytes} bytes, its manifest says ${file.bytes}`);
  else if (sha256 !== file.sha256) found.add(file.path, 'its sha256 is not what its manifest says');
  else return true;
  return false;
}
