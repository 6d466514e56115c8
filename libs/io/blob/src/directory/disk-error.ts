import { ConfigurationError, UnavailableError } from '@proofmill/contract';

/** The code of a system error, such as `ENOENT`; undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'errno' in error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const full = 'There is no space left: free some, then run the same command again.';
const adviceByCode: Record<string, { next: 'run-again' | 'change-something'; advice: string }> = {
  ENOSPC: { next: 'run-again', advice: full },
  EDQUOT: { next: 'run-again', advice: `The quota is used up. ${full}` },
  EIO: {
    next: 'run-again',
    advice: 'The disk reported an error: look at the system log before you run the same command again.',
  },
  EMFILE: { next: 'run-again', advice: 'Too many files are open in this process: raise the limit (ulimit -n).' },
  ENFILE: {
    next: 'run-again',
    advice: 'Too many files are open on this machine: close some, or raise the limit (fs.file-max).',
  },
  ESTALE: { next: 'run-again', advice: 'The network file system lost the folder: mount it again.' },
  ETIMEDOUT: {
    next: 'run-again',
    advice: 'The network file system does not answer. Run it again when it does.',
  },
  EACCES: { next: 'change-something', advice: 'Permission denied: give this user the right, or choose another path.' },
  EPERM: { next: 'change-something', advice: 'Not permitted: give this user the right, or choose another path.' },
  EROFS: {
    next: 'change-something',
    advice: 'The file system is read-only: choose another path, or mount it writable.',
  },
  ENOTDIR: { next: 'change-something', advice: 'A part of the path is a file, not a folder: choose another path.' },
  ENOENT: {
    next: 'change-something',
    advice: 'A part of the path does not exist, or a symbolic link leads nowhere: choose another path.',
  },
  EEXIST: {
    next: 'change-something',
    advice:
      'There is a file, or a symbolic link that leads nowhere, where a folder has to be: choose another path, or move it away.',
  },
  ENOTEMPTY: { next: 'change-something', advice: 'A folder is where a file has to be: choose another path.' },
  EINVAL: {
    next: 'change-something',
    advice: 'The file system does not take such a name or call: choose another path.',
  },
  EFBIG: { next: 'change-something', advice: 'The file is larger than the file system allows: choose another path.' },
  EBUSY: { next: 'run-again', advice: 'Another program holds the file: run the same command again when it has ended.' },
  ENOTCONN: { next: 'run-again', advice: 'The mounted file system is gone: mount it again.' },
  ENXIO: { next: 'run-again', advice: 'The device is gone: mount it again.' },
  ENODEV: { next: 'run-again', advice: 'The device is gone: mount it again.' },
  EHOSTDOWN: { next: 'run-again', advice: 'The network file system does not answer. Run it again when it does.' },
  EISDIR: { next: 'change-something', advice: 'It is a folder, not a file: choose another path.' },
  ELOOP: { next: 'change-something', advice: 'It is a symbolic link, not a file: choose another path.' },
  ENAMETOOLONG: { next: 'change-something', advice: 'The path is too long: choose a shorter one.' },
};

/**
 * Translates the error of a failed call on a file: UnavailableError where an operator can heal it (run again),
 * ConfigurationError where only another path or right can. Our own errors and unknown ones pass unchanged.
 */
export function diskError(error: unknown, attempt: string): unknown {
  const code = errnoOf(error);
  const entry = code === undefined ? undefined : adviceByCode[code];
  if (code === undefined || entry === undefined) return error;
  const message = `Cannot ${attempt} (${code}). ${entry.advice}`;
  return entry.next === 'run-again'
    ? new UnavailableError(code, message, { cause: error })
    : new ConfigurationError(message, { cause: error });
}
