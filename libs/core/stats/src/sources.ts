/**
 * Counts by corpus file, and by the values of carried columns, bounded: a corpus may have 100,000 files, and a manifest is to stay small. The first files by name are
 * kept and the rest is one entry. A file that is among the first of the whole is among the first of every part that has it, so
 * its counts are whole in each, and the sum is the same in whatever order, and however parted, records are added.
 */
import { benchmarkColumns, type Health, type Row } from '@proofmill/contract';

type Sources = Health['bySource'];
type SourceHealth = Sources[string];

/** How many files, or values of a column, are named. */
const mostNamed = 64;

/** The entry for the rest. A file of this very name is counted in it. */
export const otherFiles = '(other files)';

/** The same for the values of a column, and the entry for rows without a value. */
export const otherValues = '(other values)';
const noValue = '(none)';

const valueCharacters = 60;

export const addSource = (sources: Sources, file: string, part: SourceHealth): void =>
  addNamed(sources, file, part, otherFiles);

/** Adds a row to the counts of each of its carried columns, but for the one that names its prompt: it has as many values as prompts. */
export function addCarried(byCarried: Health['byCarried'], carried: Row['carried'], part: SourceHealth): void {
  for (const { name: column, value } of carried) {
    if (column === benchmarkColumns.prompt) continue;
    const name =
      value === null
        ? noValue
        : Array.from(value.slice(0, 2 * valueCharacters))
            .slice(0, valueCharacters)
            .join('');
    addNamed(groupOf(byCarried, column), name, part, otherValues);
  }
}

/** Adds the counts of a part to those of the whole. */
export function addAllCarried(whole: Health['byCarried'], part: Health['byCarried']): void {
  for (const [column, values] of Object.entries(part)) {
    for (const [name, counts] of Object.entries(values)) addNamed(groupOf(whole, column), name, counts, otherValues);
  }
}

function groupOf(byCarried: Health['byCarried'], column: string): Sources {
  const known = Object.hasOwn(byCarried, column) ? byCarried[column] : undefined;
  if (known) return known;
  const made: Sources = {};
  byCarried[column] = made;
  return made;
}

function addNamed(sources: Sources, key: string, part: SourceHealth, rest: string): void {
  // An object takes no such key, and the schema drops it.
  const name = key === '__proto__' ? rest : key;
  const known = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (known) {
    addCounts(known, part);
  } else {
    sources[name] = { ...part };
    bound(sources, rest);
  }
}

function addCounts(whole: SourceHealth, part: SourceHealth): void {
  whole.compared += part.compared;
  whole.agreed += part.agreed;
  whole.labelled += part.labelled;
  whole.tied += part.tied;
}

/** Also puts the entries in the order of their names: equal counts are equal bytes in a manifest. */
function bound(sources: Sources, restName: string): void {
  const entries = Object.entries(sources);
  const named = entries.filter(([name]) => name !== restName).sort(([a], [b]) => (a < b ? -1 : 1));
  const others = [...entries.filter(([name]) => name === restName), ...named.splice(mostNamed)];
  for (const [name] of entries) delete sources[name];
  for (const [name, counts] of named) sources[name] = counts;
  if (others.length === 0) return;
  const rest: SourceHealth = { compared: 0, agreed: 0, labelled: 0, tied: 0 };
  for (const [, counts] of others) addCounts(rest, counts);
  sources[restName] = rest;
}
