import { join } from 'node:path';
import { IntegrityError } from '@proofmill/contract';

/** Folder of half-written files, inside the root: on the same file system, and never listed. */
export const temporaryFolder = '.proofmill/tmp';
/** Beginning of the name of every half-written file, including those that cannot be in that folder. */
export const temporaryPrefix = '.part-';

function refuse(path: string, reason: string): never {
  throw new IntegrityError(`${JSON.stringify(path)} is not a path inside the output folder: ${reason}`);
}

/**
 * The absolute path of an object. Object paths come from plans and manifests, which are files and may contain anything: a path
 * that is absolute, climbs, or names a half-written file is an IntegrityError.
 */
export function placeOf(root: string, path: string): string {
  if (path.includes('\0') || path.includes('\\')) refuse(path, 'it has a null character or a backslash');
  if (path.startsWith('/')) refuse(path, 'it is absolute');
  const steps = path.split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..')) refuse(path, 'it has an empty step, . or ..');
  const isReserved =
    `${path}/`.startsWith(`${temporaryFolder}/`) || steps.some((step) => step.startsWith(temporaryPrefix));
  if (isReserved) refuse(path, 'the name is reserved for half-written files');
  return join(root, path);
}
