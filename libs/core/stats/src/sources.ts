/**
 * Counts by corpus file, bounded: a corpus may have 100,000 files, and a manifest is to stay small. The first files by name are
 * kept and the rest is one entry. A file that is among the first of the whole is among the first of every part that has it, so
 * its counts are whole in each, and the sum is the same in whatever order, and however parted, records are added.
 */
import type { Health } from '@proofmill/contract';

type Sources = Health['bySource'];
type SourceHealth = Sources[string];

/** How many files are named. */
const namedFiles = 64;

/** The entry for the rest. A file of this very name is counted in it. */
export const otherFiles = '(other files)';

export function addSource(sources: Sources, file: string, part: SourceHealth): void {
  // An object takes no such key, and the schema drops it.
  const name = file === '__proto__' ? otherFiles : file;
  const known = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (known) {
    addCounts(known, part);
  } else {
    sources[name] = { ...part };
    bound(sources);
  }
}

function addCounts(whole: SourceHealth, part: SourceHealth): void {
  whole.compared += part.compared;
  whole.agreed += part.agreed;
  whole.labelled += part.labelled;
  whole.tied += part.tied;
}

/** Also puts the entries in the order of their names: equal counts are equal bytes in a manifest. */
function bound(sources: Sources): void {
  const entries = Object.entries(sources);
  const named = entries.filter(([name]) => name !== otherFiles).sort(([a], [b]) => (a < b ? -1 : 1));
  const others = [...entries.filter(([name]) => name === otherFiles), ...named.splice(namedFiles)];
  for (const [name] of entries) delete sources[name];
  for (const [name, counts] of named) sources[name] = counts;
  if (others.length === 0) return;
  const rest: SourceHealth = { compared: 0, agreed: 0, labelled: 0, tied: 0 };
  for (const [, counts] of others) addCounts(rest, counts);
  sources[otherFiles] = rest;
}
