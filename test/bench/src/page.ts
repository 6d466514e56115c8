import { readFile, writeFile } from 'node:fs/promises';

const page = new URL('../../../docs/performance.md', import.meta.url);
const begin = '<!-- bench: begin; `npm run bench -- --write` writes what follows -->';
const end = '<!-- bench: end -->';

/** Puts the table between the markers of docs/performance.md. */
export async function writePage(table: string): Promise<void> {
  const text = await readFile(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/performance.md lacks the lines "${begin}" and "${end}"`);
  await writeFile(page, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
}
