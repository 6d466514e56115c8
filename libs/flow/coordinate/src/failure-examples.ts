import { failureSchema, type Store, type Totals } from '@proofmill/contract';
import { readJsonLines } from '@proofmill/folder';
import { FailureTally } from '@proofmill/stats';

/** Lines that are read in any case, for a second sentence of a class. */
const fewestLines = 200;
/** Lines that are read for a rare class, at most. */
const mostLines = 20_000;

/**
 * The first failures of some files of failures, tallied. Reads no more than shows each frequent class: of a long output only the
 * beginning. `counts` are those of all records.
 * @throws IntegrityError for a file that is missing or is not what Proofmill writes there
 */
export async function failureExamples(
  store: Store,
  paths: Iterable<string>,
  counts: Totals['failedByClass'],
): Promise<FailureTally> {
  const tally = new FailureTally();
  for (const path of paths) {
    for await (const line of readJsonLines(store, path)) {
      tally.add(failureSchema.parse(JSON.parse(line)));
      if (tally.records >= mostLines || (tally.records >= fewestLines && tally.has(counts))) return tally;
    }
  }
  return tally;
}
