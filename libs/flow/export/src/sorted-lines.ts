/**
 * Sorts more lines than memory holds: they are sorted a part at a time, each part is written to a scratch store, and the parts are merged as they
 * are read. What fits into one part is never written.
 */
import { IntegrityError, type Store } from '@proofmill/contract';
import { linesIn } from '@proofmill/folder';

interface SortOptions {
  readonly scratch: Store;
  /** Characters that are held at a time. */
  readonly heldCharacters?: number;
  /** Parts that are read at a time: each costs a piece of its file. */
  readonly mostParts?: number;
}

/** 64 Mi characters are 64 to 128 MB. */
const usualCharacters = 64 * 1024 * 1024;
const usualParts = 64;

/** The lines in the order of their UTF-16 units; none holds a line feed. */
export async function* sortedLines(
  lines: AsyncIterable<string>,
  { scratch, heldCharacters = usualCharacters, mostParts = usualParts }: SortOptions,
): AsyncGenerator<string, undefined> {
  let parts: string[] = [];
  let written = 0;
  const writePart = async (sorted: AsyncIterable<string> | Iterable<string>): Promise<string> => {
    written += 1;
    const path = `parts/${written}.lines`;
    await scratch.write(path, encoded(sorted));
    return path;
  };
  let held: string[] = [];
  let characters = 0;
  for await (const line of lines) {
    held.push(line);
    characters += line.length;
    if (characters < heldCharacters) continue;
    parts.push(await writePart(held.sort()));
    held = [];
    characters = 0;
  }
  while (parts.length > mostParts) {
    const some = parts.slice(0, mostParts);
    parts = [...parts.slice(mostParts), await writePart(merged(some.map((path) => linesOf(scratch, path))))];
    for (const path of some) await scratch.remove(path);
  }
  yield* merged([...parts.map((path) => linesOf(scratch, path)), each(held.sort())]);
  for (const path of parts) await scratch.remove(path);
  return undefined;
}

const linesOf = (scratch: Store, path: string): AsyncGenerator<string, undefined> =>
  linesIn(scratch.stream(path), (what, cause) => new IntegrityError(`the scratch file ${path} ${what}`, { cause }));

async function* each(lines: readonly string[]): AsyncGenerator<string, undefined> {
  yield* lines;
  return undefined;
}

async function* merged(sources: readonly AsyncGenerator<string, undefined>[]): AsyncGenerator<string, undefined> {
  const heads: { line: string; source: AsyncGenerator<string, undefined> }[] = [];
  for (const source of sources) {
    const first = await source.next();
    if (!first.done) heads.push({ line: first.value, source });
  }
  for (;;) {
    const [start] = heads;
    if (!start) return undefined;
    const least = heads.reduce((best, head) => (head.line < best.line ? head : best), start);
    yield least.line;
    const next = await least.source.next();
    if (next.done) heads.splice(heads.indexOf(least), 1);
    else least.line = next.value;
  }
}

const text = new TextEncoder();
const pieceCharacters = 64 * 1024;

async function* encoded(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Uint8Array> {
  let piece = '';
  for await (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < pieceCharacters) continue;
    yield text.encode(piece);
    piece = '';
  }
  if (piece !== '') yield text.encode(piece);
}
