/** Reads all records of a file as planning does, and prints what it found and what it took: `read-file.ts values | items FILE`. */
import { open, stat } from 'node:fs/promises';
import { bounds } from '@proofmill/contract';
import { recogniseRecord } from '@proofmill/corpus';
import { type RecordFile, readRecords } from '@proofmill/formats';

const [reading = '', path = ''] = process.argv.slice(2);

/** As records of the file have them: `values` counts the texts of the record, `items` those of the item that is recognised in it. */
function charactersOf(value: unknown): number {
  const texts = (reading === 'items' ? itemTexts(value) : Object.values(value as object)) as string[];
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function itemTexts(value: unknown): string[] {
  const read = recogniseRecord(value, {}, { source: { file: path, line: 1 } });
  if ('problem' in read) throw new Error(read.problem.message);
  const { sourceId, prompt, responses } = read.item;
  return [sourceId ?? '', ...prompt.map(({ content }) => content), ...responses];
}

await using handle = await open(path);
const file: RecordFile = {
  uri: path,
  bytes: (await stat(path)).size,
  stream: () => handle.createReadStream({ autoClose: false, start: 0, highWaterMark: 256 * 1024 }),
  async read(offset, length) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  },
};
const started = performance.now();
let records = 0;
let characters = 0;
/** Records of more bytes than a record may have: the only problem that these files have. */
let tooLarge = 0;
for await (const group of readRecords(file, { maxRecordBytes: bounds.recordBytes, format: 'auto' })) {
  for (const record of group) {
    if ('value' in record) characters += charactersOf(record.value);
    else if (record.problem.class === 'too-large') tooLarge += 1;
    else throw new Error(record.problem.message);
    records += 1;
  }
}
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const figures = {
  seconds: (performance.now() - started) / 1000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakBytes: maxRSS * 1024,
};
console.log(JSON.stringify({ records, characters, tooLarge, ...figures }));
