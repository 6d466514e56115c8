import type { CommittedFile, Store } from '@proofmill/contract';
import { verifyCommitted } from '@proofmill/folder';
import { attempt } from './attempt.ts';
import type { Findings } from './findings.ts';

/** Whether a file has the size and digest that its manifest, or its plan entry, says. */
export async function checkFile(
  store: Store,
  file: Omit<CommittedFile, 'count'>,
  found: Findings,
  namedBy?: string,
): Promise<boolean> {
  const read = (): Promise<true> => verifyCommitted(store, file, namedBy).then(() => true);
  return (await attempt(found, file.path, read, 'it cannot be read: ')) === true;
}
