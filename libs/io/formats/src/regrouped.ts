import type { RawRecord } from '@proofmill/contract';

const mostRecords = 256;
const mostBytes = 1024 * 1024;

/** The same records in groups of at most 256 records, or about 1 MB. Groups do not depend on how the bytes came in pieces. */
export async function* regrouped(groups: AsyncIterable<readonly RawRecord[]>): AsyncGenerator<RawRecord[]> {
  let group: RawRecord[] = [];
  let size = 0;
  for await (const records of groups) {
    for (const record of records) {
      group.push(record);
      size += record.bytes;
      if (group.length < mostRecords && size < mostBytes) continue;
      yield group;
      group = [];
      size = 0;
    }
  }
  if (group.length > 0) yield group;
}
