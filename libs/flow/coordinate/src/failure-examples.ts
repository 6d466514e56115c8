/** The first sentences of what failed, for people: from files of failures, or from journals where a failed proof left a row. */
import {
  type CommittedFile,
  failureSchema,
  type Journals,
  outcomeMessageSchema,
  type Store,
  shardName,
  type Totals,
} from '@proofmill/contract';
import { committedRecords } from '@proofmill/folder';
import { type Crc32, frameContent, frameReader } from '@proofmill/merge';
import { FailureTally } from '@proofmill/stats';

/** Lines that are read in any case, for a second sentence of a class. */
const fewestLines = 200;
/** Lines that are read for a rare class, at most. */
const mostLines = 20_000;

/**
 * The first failures of some committed files, tallied: sentences for people, so a file of which only the beginning is read is not
 * compared with its manifest. Reads no more than shows each frequent class: of a long output only the
 * beginning. `counts` are those of all records.
 * @throws IntegrityError for a file that is missing or damaged, as far as it is read
 */
export async function failureExamples(
  store: Store,
  files: Iterable<CommittedFile>,
  counts: Totals['failedByClass'],
): Promise<FailureTally> {
  const tally = new FailureTally();
  for (const file of files) {
    for await (const failure of committedRecords(store, file, failureSchema)) {
      tally.add(failure);
      if (tally.records >= mostLines || (tally.records >= fewestLines && tally.has(counts))) return tally;
    }
  }
  return tally;
}

function addFailed(tally: FailureTally, frame: Uint8Array): void {
  const { shard, index, body } = outcomeMessageSchema.parse(frameContent(frame));
  if (body.type === 'failed') tally.add({ source: { file: `item ${shardName(shard)}`, line: index }, ...body });
}

/**
 * The first failed outcomes in the journals of a stage, tallied; their places are the ids of items. A row holds only the class of a
 * failed proof. Reads no more than shows each class, and gives nothing where the journals were removed.
 */
export async function failedOutcomes(
  { journals, partitions, crc32 }: { journals: Journals; partitions: number; crc32: Crc32 },
  counts: Totals['failedByClass'],
): Promise<FailureTally> {
  const tally = new FailureTally();
  if (Object.keys(counts).length === 0) return tally;
  let frames = 0;
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const epoch of await journals.epochs(partition)) {
      const reader = frameReader(crc32);
      for await (const bytes of journals.read(partition, epoch, 0)) {
        for (const { kind, bytes: frame } of reader.feed(bytes)) {
          frames += 1;
          if (kind === 'outcome') addFailed(tally, frame);
          if (frames >= mostLines || (frames >= fewestLines && tally.has(counts))) return tally;
        }
      }
    }
  }
  return tally;
}
