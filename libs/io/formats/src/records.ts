import type { FailureClass, RawRecord } from '@proofmill/contract';
import { inBlocks } from './blocks.ts';
import { Damage, decompress } from './decompress.ts';
import { type FileKind, fileKind } from './file-kind.ts';
import { lineValue } from './line-value.ts';
import { type Line, linesOf, type Position } from './lines.ts';

const groupRecords = 256;
const groupBytes = 1024 * 1024;
const wanted = 'JSON lines are wanted: one JSON object a line, plain or compressed with gzip or zstd';
const arrayHint = `the file seems to be one JSON array. ${wanted}; jq -c '.[]' turns an array into lines`;

const unreadable = (line: number, bytes: number, failureClass: FailureClass, message: string): RawRecord => ({
  line,
  bytes,
  problem: { class: failureClass, message },
});

/** The record of a line, or null for a blank line. `isFirst`: all lines so far were blank. */
function recordOf({ line, bytes, text }: Line, maxBytes: number, isFirst: boolean): RawRecord | null {
  const beginsArray = isFirst && /^\s*\[/.test(text.toString('latin1', 0, 100));
  if (bytes > maxBytes) {
    const hint = beginsArray ? `; ${arrayHint}` : '';
    return unreadable(line, bytes, 'too-large', `the line has ${bytes} bytes, and ${maxBytes} are the most${hint}`);
  }
  const read = lineValue(text);
  if (read === null) return null;
  if ('value' in read) return { line, bytes, value: read.value };
  if (!beginsArray) return { line, bytes, problem: read.problem };
  // The first line of an array that spans lines: every further line is a part of it, too.
  if (read.problem.class === 'not-json') return unreadable(line, bytes, 'json-array', arrayHint);
  return unreadable(line, bytes, read.problem.class, `${read.problem.message}; ${arrayHint}`);
}

async function* contentOf(
  first: Buffer,
  blocks: AsyncIterable<Buffer>,
  kind: Exclude<FileKind['kind'], 'foreign'>,
): AsyncGenerator<Buffer> {
  async function* whole(): AsyncGenerator<Buffer> {
    yield first;
    yield* blocks;
  }
  if (kind === 'plain') yield* whole();
  else yield* decompress(whole(), kind);
}

/**
 * The records of a file of JSON lines, in groups of at most 256 records or about 1 MB. Plain, gzip (of several members too)
 * and zstd (of several frames too) are distinguished by their first bytes. `line` counts every line from 1, `bytes` is the size
 * of the line without its end, uncompressed. Blank lines are left out.
 *
 * A line that cannot be read is a problem, and reading continues: `not-utf8`, `not-json`, `not-an-object`, `too-large`,
 * `too-deep`, `forbidden-key`, `not-text`. Four problems end the file: `damaged-file` and `decompression-bomb` (up to 64 KB
 * of content ahead of the damage are lost with it; where bits have flipped, earlier records may be altered, since both formats
 * have their checksums at the end), `unknown-format`, `json-array`. Errors of `bytes` itself pass through.
 *
 * The same bytes give the same records however they come in pieces. At most one record and two blocks are held.
 */
export async function* readRecords(
  bytes: AsyncIterable<Uint8Array>,
  { maxRecordBytes }: { maxRecordBytes: number },
): AsyncGenerator<RawRecord[]> {
  const blocks = inBlocks(bytes);
  const { value: first } = await blocks.next();
  if (first === undefined) return;
  const file = fileKind(first);
  const position: Position = { line: 0, heldBytes: 0 };
  let group: RawRecord[] = [];
  let size = 0;
  let hasSeenRecord = false;
  try {
    if (file.kind === 'foreign') {
      yield [unreadable(1, first.length, 'unknown-format', `the file is ${file.name}. ${file.remedy ?? wanted}`)];
      return;
    }
    for await (const lines of linesOf(contentOf(first, blocks, file.kind), maxRecordBytes, position)) {
      for (const line of lines) {
        const record = recordOf(line, maxRecordBytes, !hasSeenRecord);
        if (record === null) continue;
        hasSeenRecord = true;
        group.push(record);
        size += line.bytes;
        if ('problem' in record && record.problem.class === 'json-array') {
          yield group;
          return;
        }
        if (group.length < groupRecords && size < groupBytes) continue;
        yield group;
        group = [];
        size = 0;
      }
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    group.push(unreadable(position.line + 1, position.heldBytes, error.failureClass, error.message));
  } finally {
    await blocks.return(undefined);
  }
  if (group.length > 0) yield group;
}
