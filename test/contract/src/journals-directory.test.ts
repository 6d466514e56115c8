import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryJournals } from '@proofmill/blob';
import { journalsSuite } from './journals-suite.ts';

journalsSuite('directoryJournals', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-journals-'));
  let isBroken = false;
  return {
    open: () =>
      directoryJournals(join(folder, 'out'), (partition) => `.proofmill/label/journal/${partition}`, {
        async sync(handle) {
          // Fails once only, as Linux does: the next fsync after a failed one reports success.
          if (isBroken) {
            isBroken = false;
            throw Object.assign(new Error('EIO: i/o error, fdatasync'), {
              errno: -5,
              code: 'EIO',
              syscall: 'fdatasync',
            });
          }
          await handle.datasync();
        },
      }),
    breakSync: () => {
      isBroken = true;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
});
