import { resolve } from 'node:path';
import { openInputs } from '@proofmill/blob';
import { bounds, type Corpus, type Job } from '@proofmill/contract';
import { readRecords } from '@proofmill/formats';
import { hubInputs, webInputs } from '@proofmill/web';

/** The input files of a job, wherever they are, read as records. `spec` is what the job says of them. */
export function openCorpus(baseDir: string, { folder = '.', format, recordsUnder }: Job['spec']['corpus']): Corpus {
  const web = webInputs();
  const hub = hubInputs({ token: process.env.HF_TOKEN, endpoint: process.env.HF_ENDPOINT });
  const inputs = openInputs({ baseDir: resolve(baseDir, folder), schemes: { https: web, http: web, hf: hub } });
  return {
    list: (uris, before) => inputs.list(uris, before),
    records: (input, notice) =>
      readRecords(
        {
          uri: input.uri,
          bytes: input.bytes,
          stream: () => inputs.open(input),
          read: (offset, length) => inputs.read(input, offset, length),
        },
        { maxRecordBytes: bounds.recordBytes, format, recordsUnder, notice },
      ),
  };
}
