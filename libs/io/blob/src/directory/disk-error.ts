import { ConfigurationError, UnavailableError } from '@proofmill/contract';

/** The code of a system error (`ENOENT`), or undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'errno' in error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const full = 'There is no room left: free some space, then run the same command again.';
const table: Record<string, { next: 'run-again' | 'change-something'; advice: string }> = {
  ENOSPC: { next: 'run-again', advice: full },
  EDQUOT: { next: 'run-again', advice: `The quota is used up. ${full}` },
  EIO: { next: 'run-again', advice: 'The disk reported an error: look at the system log before you run it again.' },
  EMFILE: { next: 'run-again', advice: 'Too many files are open: raise the limit (ulimit -n).' },
  ENFILE: { next: 'run-again', advice: 'Too many files are open on this machine.' },
  ESTALE: { next: 'run-again', advice: 'The network file system lost the folder: mount it again.' },
  ETIMEDOUT: { next: 'run-again', advice: 'The network file system does not answer.' },
  EACCES: { next: 'change-something', advice: 'Permission denied: give this user the right, or choose another path.' },
  EPERM: { next: 'change-something', advice: 'Not permitted: give this user the right, or choose another path.' },
  EROFS: {
    next: 'change-something',
    advice: 'The file system is read-only: choose another path, or mount it writable.',
  },
  ENOTDIR: { next: 'change-something', advice: 'A part of the path is a file, not a folder: choose another path.' },
  EISDIR: { next: 'change-something', advice: 'It is a folder where a file is wanted.' },
  ELOOP: { next: 'change-something', advice: 'It is a symbolic link where a file is wanted.' },
  ENAMETOOLONG: { next: 'change-something', advice: 'The path is too long: choose a shorter one.' },
};

/**
 * What a failed call on a file means for the caller. Our own errors and those that are not known pass unchanged; of the
 * others, what an operator can heal is UnavailableError (run again), what only another path or right can heal is
 * ConfigurationError.
 */
export function diskError(error: unknown, attempt: string): unknown {
  const code = errnoOf(error);
  const entry = code === undefined ? undefined : table[code];
  if (code === undefined || entry === undefined) return error;
  const message = `Cannot ${attempt} (${code}). ${entry.advice}`;
  return entry.next === 'run-again'
    ? new UnavailableError(code, message, { cause: error })
    : new ConfigurationError(message, { cause: error });
}
