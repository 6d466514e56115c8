import type { PlanEntry } from '@proofmill/contract';
import type { Findings } from './findings.ts';

/** Checks that the chunks of an entry follow each other, in its records and in its pack. */
export function checkEntry(entry: PlanEntry, path: string, found: Findings): void {
  let index = 0;
  let offset = 0;
  for (const [number, chunk] of entry.chunks.entries()) {
    if (chunk.first !== index || chunk.offset !== offset)
      found.add(path, `chunk ${number} does not follow the previous one`);
    index = chunk.first + chunk.count;
    offset = chunk.offset + chunk.bytes;
  }
  if (index !== entry.records || offset !== entry.pack.bytes) {
    found.add(
      path,
      `its chunks hold ${index} records in ${offset} bytes, it says ${entry.records} in ${entry.pack.bytes}`,
    );
  }
}
