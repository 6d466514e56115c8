import { openInputs } from '@proofmill/blob';
import { bounds, type Corpus } from '@proofmill/contract';
import { readRecords } from '@proofmill/formats';

/** The input files of a job, on this machine or in an object store, read as records. */
export function openCorpus(baseDir: string): Corpus {
  const inputs = openInputs({ baseDir });
  return {
    list: (uris) => inputs.list(uris),
    records: (input) => readRecords(inputs.open(input), { maxRecordBytes: bounds.recordBytes }),
  };
}
