import { distance } from 'fastest-levenshtein';

/** At most three of the names, those most like the wanted one first. Looks at 1,000 names at most. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  return names
    .slice(0, 1000)
    .map((name) => ({ name, edits: distance(wanted.slice(0, 200), name.slice(0, 200)) }))
    .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}
