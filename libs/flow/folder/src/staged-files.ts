/** The staged files of a shard: rows and failures under content names. They count once a manifest names them. */
import { type CommittedFile, formatOf, IntegrityError, type RowFormat, type Store } from '@proofmill/contract';
import { contentOf } from './content.ts';
import type { StageFolder } from './stage-folder.ts';

/** Writes one of the two files. Its name carries the epoch, so that no collector ever removes another's. */
export async function writeStaged(
  { store, paths }: StageFolder,
  file: {
    readonly kind: 'rows' | 'failures';
    readonly shard: number;
    readonly epoch: number;
    /** Default: JSON lines. */
    readonly format?: RowFormat;
  },
  content: AsyncIterable<Uint8Array>,
): Promise<Omit<CommittedFile, 'count'>> {
  const name = (hash: string): string => paths.staged(file.kind, file.shard, file.epoch, hash, file.format);
  const { path, bytes, sha256 } = await store.write(name, content);
  return { path, bytes, sha256 };
}

/** Reads a staged file again, so that a manifest names what lies on the disk and not what was meant to. */
export async function verifyStaged(store: Store, file: CommittedFile): Promise<void> {
  const { bytes, sha256, lineFeeds } = await contentOf(store.stream(file.path));
  // Of Parquet the digest says it all.
  const lines = formatOf(file.path) === 'jsonl' ? lineFeeds : file.count;
  if (bytes !== file.bytes || sha256 !== file.sha256 || lines !== file.count) {
    throw new IntegrityError(
      `${file.path} was written with ${file.count} records and ${file.bytes} bytes and reads with ${lines} and ${bytes}: the disk cannot be trusted`,
    );
  }
}
