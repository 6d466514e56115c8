/**
 * The only place that writes on stdout or stderr; test/boundaries looks for others. What is printed may hold texts of others (candidates,
 * prompts, names of files, sentences of an engine), and a terminal obeys what it is sent.
 */
import { once } from 'node:events';
import { visibleLines } from '@proofmill/contract';
import { styleOn } from './paint.ts';

/**
 * Writes a text that may have lines. Nothing in it is obeyed but our four styles, and those only on a stream that has colours; the rest
 * is written as `\u001b`. In JSON, too, such characters are escapes.
 */
export function print(stream: NodeJS.WritableStream, text: string): void {
  stream.write(printable(text, isColoured(stream)));
}

/** Prints texts as fast as they are read, and no more of them once nobody reads. */
export async function printEach(stream: NodeJS.WritableStream, texts: AsyncIterable<string>): Promise<void> {
  for await (const text of texts) {
    if (!stream.writable) return;
    const hasRoom = stream.write(printable(text, isColoured(stream)));
    // Rejects where the reader has gone; the process ends by what it does about that everywhere.
    if (!hasRoom && !(await once(stream, 'drain').catch(() => null))) return;
  }
}

/** What our styles send, and what ends them. */
const styles = new RegExp(`(${String.fromCharCode(0x1b)}\\[(?:1|2|22|31|32|39)m)`);

export function printable(text: string, withStyles: boolean): string {
  if (!withStyles) return visibleLines(text);
  return text
    .split(styles)
    .map((part, index) => (index % 2 === 1 ? part : visibleLines(part)))
    .join('');
}

const isColoured = (stream: NodeJS.WritableStream): boolean => styleOn(stream, 'title', 'x') !== 'x';

/** Removes the line that was printed last and has not ended. */
export const clearLine = (stream: NodeJS.WritableStream): void => void stream.write('\r\u001b[2K');

/** Removes so many lines that were printed last. */
export const clearLines = (stream: NodeJS.WritableStream, lines: number): void =>
  void stream.write(`\u001b[${lines}A\r\u001b[J`);
