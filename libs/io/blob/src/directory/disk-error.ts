import { ConfigurationError, UnavailableError } from '@proofmill/contract';

/** The code of a system error, such as `ENOENT`; undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'errno' in error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What to do about an error of a file system: wait until something has happened, or change something. */
type Advice = { readonly advice: string } & ({ readonly runAgainWhen: string } | { readonly change: true });

const room = 'some has been freed';
const adviceByCode: Record<string, Advice> = {
  ENOSPC: { advice: 'There is no space left.', runAgainWhen: room },
  EDQUOT: { advice: 'The quota of this user is used up.', runAgainWhen: room },
  EIO: { advice: 'The disk reported an error: look at the system log.', runAgainWhen: 'the disk is well' },
  EMFILE: { advice: 'Too many files are open in this process.', runAgainWhen: 'the limit (ulimit -n) is raised' },
  ENFILE: {
    advice: 'Too many files are open on this machine.',
    runAgainWhen: 'some are closed, or the limit (fs.file-max) is raised',
  },
  ESTALE: { advice: 'The network file system lost the folder.', runAgainWhen: 'it is mounted again' },
  EBUSY: { advice: 'Another program holds the file.', runAgainWhen: 'that program has ended' },
  ENOTCONN: { advice: 'The mounted file system is gone.', runAgainWhen: 'it is mounted again' },
  ENXIO: { advice: 'The device is gone.', runAgainWhen: 'it is mounted again' },
  ENODEV: { advice: 'The device is gone.', runAgainWhen: 'it is mounted again' },
  EHOSTDOWN: { advice: 'The network file system does not answer.', runAgainWhen: 'it does' },
  ETIMEDOUT: { advice: 'The network file system does not answer.', runAgainWhen: 'it does' },
  EACCES: { advice: 'Permission denied: give this user the right, or choose another path.', change: true },
  EPERM: { advice: 'Not permitted: give this user the right, or choose another path.', change: true },
  EROFS: { advice: 'The file system is read-only: choose another path, or mount it writable.', change: true },
  ENOENT: {
    advice: 'A part of the path does not exist, or a symbolic link leads nowhere: choose another path.',
    change: true,
  },
  EEXIST: {
    advice:
      'There is a file, or a symbolic link that leads nowhere, where a folder has to be: choose another path, or move it away.',
    change: true,
  },
  ENOTEMPTY: { advice: 'A folder is where a file has to be: choose another path.', change: true },
  EINVAL: { advice: 'The file system does not take such a name or call: choose another path.', change: true },
  EFBIG: { advice: 'The file is larger than the file system allows: choose another path.', change: true },
  ENOTDIR: { advice: 'A part of the path is a file, not a folder: choose another path.', change: true },
  EISDIR: { advice: 'It is a folder, not a file: choose another path.', change: true },
  ELOOP: { advice: 'It is a symbolic link, not a file: choose another path.', change: true },
  ENAMETOOLONG: { advice: 'The path is too long: choose a shorter one.', change: true },
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
  return 'runAgainWhen' in entry
    ? new UnavailableError(code, message, { cause: error, runAgainWhen: entry.runAgainWhen })
    : new ConfigurationError(message, { cause: error });
}
