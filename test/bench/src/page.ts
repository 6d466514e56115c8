import { readFile, writeFile } from 'node:fs/promises';

const page = new URL('../../../docs/performance.md', import.meta.url);
export type Section = 'bench' | 'capacity' | 'soak-nats' | 'soak-local' | 'files' | 'exports';

const commands: Readonly<Record<Section, string>> = {
  bench: 'npm run bench -- --write',
  capacity: 'npm run bench -- --capacity --write',
  'soak-nats': 'npm run bench -- --soak --write',
  'soak-local': 'npm run bench -- --soak --executor local --write',
  exports: 'npm run bench -- --exports --write',
  files: 'npm run bench -- --files --write',
};

/** Puts the table between the markers of its section in docs/performance.md. */
export async function writePage(section: Section, table: string): Promise<void> {
  const begin = `<!-- ${section}: begin; \`${commands[section]}\` writes what follows -->`;
  const end = `<!-- ${section}: end -->`;
  const text = await readFile(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/performance.md lacks the lines "${begin}" and "${end}"`);
  await writeFile(page, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
}
