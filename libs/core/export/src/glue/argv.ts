import { commented } from './commented.ts';

/** A command as a file that a shell runs: an argument a line. */
export const shellOf = (comment: string, argv: readonly string[]): string =>
  `${commented(comment)}\n${argv.map(quoted).join(' \\\n  ')} "$@"\n`;

/** As a POSIX shell reads it back. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
