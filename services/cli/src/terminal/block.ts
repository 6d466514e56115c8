import { stripVTControlCharacters } from 'node:util';
import { clearLines, cutText, lengthOf, print } from '@proofmill/runtime';

export interface Block {
  /** Whether a block takes the place of the one before: on a terminal. */
  readonly isRewritten: boolean;
  show(text: string): void;
}

/** Some lines that are shown again and again: in place on a terminal, one after the other elsewhere. */
export function blockOn(stream: NodeJS.WriteStream): Block {
  const isRewritten = stream.isTTY === true;
  let lines = 0;
  return {
    isRewritten,
    show(text) {
      // Up to the first line of the block before, and clear everything from there.
      if (isRewritten && lines > 0) clearLines(stream, lines);
      const shown = text.split('\n');
      // A line that a terminal wraps would take two lines of it.
      const fitting = isRewritten ? shown.map((line) => fittedTo((stream.columns ?? 80) - 1, line)) : shown;
      print(stream, `${fitting.join('\n')}\n`);
      lines = shown.length;
    },
  };
}

/** A line that is too long loses its colours too. */
function fittedTo(columns: number, line: string): string {
  const plain = stripVTControlCharacters(line);
  return lengthOf(plain) <= columns ? line : cutText(plain, columns);
}
