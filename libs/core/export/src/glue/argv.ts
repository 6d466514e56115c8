import { commented } from './commented.ts';

/** A command as a file that a shell runs: a flag or a setting a line, with what belongs to it. */
export const shellOf = (comment: string, argv: readonly string[]): string =>
  `${commented(comment)}\n${linesOf(argv).join(' \\\n  ')} "$@"\n`;

function linesOf(argv: readonly string[]): string[] {
  const lines: string[][] = [];
  for (const word of argv) {
    const line = lines.at(-1);
    if (line && !/^--|^[\w.+-]+=/.test(word)) line.push(quoted(word));
    else lines.push([quoted(word)]);
  }
  return lines.map((line) => line.join(' '));
}

/** As a POSIX shell reads it back. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
