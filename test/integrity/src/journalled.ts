/** The items whose outcomes are durable: what the journals of a stage hold, as files of this machine. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { itemId } from '@proofmill/contract';
import { frameReader } from '@proofmill/merge';

/** Reads each file by itself: a journal in a folder is one file, and a segment in an object store holds whole frames. */
export async function journalledItems(out: string, stage: string): Promise<Set<string>> {
  const folder = join(out, '.proofmill', stage, 'journal');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const items = new Set<string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const frame of frameReader(crc32).feed(bytes)) {
      if (frame.kind === 'outcome') items.add(itemId(frame.shard, frame.index));
    }
  }
  return items;
}
