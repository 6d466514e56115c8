import { mutantsOf } from '../mutant.ts';

const durability = { file: 'test/contract/src/durability/durability.test.ts' };
const directory = { file: 'test/contract/src/journals-directory.test.ts' };
const file = 'libs/io/blob/src/directory/journals.ts';

export const journals = mutantsOf('journals', [
  {
    name: 'sync-does-nothing',
    breaks: 'The sync of a journal does nothing.',
    file,
    from: '{ sync = (handle) => handle.datasync() }',
    to: '{ sync = async () => undefined }',
    suite: durability,
  },
  {
    name: 'read-unsynced',
    breaks: 'A reader gets, and acts on, bytes that a power loss takes away.',
    file,
    from: '    await handle.datasync();\n',
    to: '',
    suite: durability,
  },
  {
    name: 'journal-name-unsynced',
    breaks: 'A synced journal is lost with all that is in it, since its name was not synced.',
    file,
    from: '      await syncFolder(folder);\n',
    to: '',
    suite: durability,
  },
  {
    name: 'epoch-taken-over',
    breaks: 'Two collectors write the same journal.',
    file,
    from: "await open(path, 'wx')",
    to: "await open(path, 'a')",
    suite: directory,
  },
  {
    name: 'failed-sync-tried-again',
    breaks: 'A sync that failed is tried again, and the system says that all is well.',
    file: 'libs/io/blob/src/call-queue.ts',
    from: 'if (failure) throw failure.error;',
    to: '',
    suite: directory,
  },
  {
    name: 'view-of-other-partition',
    breaks: 'Frames of another partition, in a journal that was put in the place of this one, count.',
    file: 'libs/flow/folder/src/journal-view.ts',
    from: 'if (partitionOf(frame.shard, options.partitions) !== options.partition) return true;',
    to: '',
    suite: { file: 'libs/flow/folder/src/journal-view.test.ts' },
  },
  {
    name: 'torn-tail-read-twice',
    breaks: 'A tail that was torn at the first look is read into itself at the next.',
    file: 'libs/flow/folder/src/journal-view.ts',
    from: 'readers.get(next)?.rewind();',
    to: '',
    suite: { file: 'libs/flow/folder/src/journal-view.test.ts' },
  },
  {
    name: 's3-gap-skipped',
    breaks: 'A segment that is missing in the object store goes unnoticed.',
    file: 'libs/io/blob/src/s3/segments.ts',
    from: 'if (start !== end || isEnded) return;',
    to: 'if (isEnded) return;',
    suite: { file: 'test/contract/src/s3-faults.test.ts' },
  },
]);
