import { openInputs } from '@proofmill/blob';
import { bounds, type Corpus, type Job } from '@proofmill/contract';
import { readRecords } from '@proofmill/formats';

/** The input files of a job, wherever they are, read as records. `spec` is what the job says of them. */
export function openCorpus(baseDir: string, { format, recordsUnder }: Job['spec']['corpus']): Corpus {
  const inputs = openInputs({ baseDir });
  return {
    list: (uris) => inputs.list(uris),
    records: (input) =>
      readRecords(
        {
          uri: input.uri,
          bytes: input.bytes,
          stream: () => inputs.open(input),
          read: (offset, length) => inputs.read(input, offset, length),
        },
        { maxRecordBytes: bounds.recordBytes, format, recordsUnder },
      ),
  };
}
