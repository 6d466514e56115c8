/** Text of others in a Markdown page: it is to be read, and to be nothing else. */
import { visible } from '@proofmill/contract';

/** Everything that opens markup, a link, a formula or a mention somewhere; and the dot of a bare `www.` address. */
const markup = /[&<>"'`*_~[\]\\|:!#$@(){}^=]|(?<=www)\./giu;

/** A name as code, safe in a table cell too, where a code span of backticks could be left by a bar. */
export const codeOf = (text: string): string =>
  `<code>${visible(text).replace(markup, (sign) => `&#${sign.codePointAt(0)};`)}</code>`;

/** The first row is the header. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  alignments: readonly ('left' | 'right')[],
): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const rule = alignments.map((side) => (side === 'right' ? '---:' : '---'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}
