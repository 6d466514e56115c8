import { ConfigurationError, IntegrityError, lastSentence, UnavailableError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { diskError } from './disk-error.ts';

const systemError = (code: string) => Object.assign(new Error(`${code}: x`), { errno: -1, code, syscall: 'write' });

describe('a failed call on a file', () => {
  it.each([
    ['ENOSPC', UnavailableError, /write OUT \(ENOSPC\).*no space/],
    ['EDQUOT', UnavailableError, /quota/],
    ['EIO', UnavailableError, /disk/],
    ['EACCES', ConfigurationError, /Permission denied/],
    ['EROFS', ConfigurationError, /read-only/],
    ['EEXIST', ConfigurationError, /where a folder has to be/],
    ['ENOENT', ConfigurationError, /does not exist/],
    ['ENOTCONN', UnavailableError, /mounted file system is gone/],
  ])('%s', (code, type, message) => {
    const cause = systemError(code);
    const error = diskError(cause, 'write OUT');
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message: expect.stringMatching(message), cause });
  });

  it('that waiting may mend says when to run it again', () => {
    const error = diskError(systemError('ENOTCONN'), 'write OUT');
    expect(error instanceof Error && lastSentence(error)).toMatch(/is gone\. Run it again when it is mounted again\.$/);
  });

  it('leaves other errors unchanged', () => {
    for (const error of [new IntegrityError('x'), systemError('EWHATEVER'), new RangeError('x'), 'text']) {
      expect(diskError(error, 'write OUT')).toBe(error);
    }
  });
});
