/** values.yaml as a list: each value with its comment. */
import { type Document, isMap, isScalar, type Pair, parseDocument, type Scalar } from 'yaml';

export interface Value {
  readonly path: string;
  readonly standard: string;
  /** What is said above it; empty where nothing is. */
  readonly comment: string;
  /** A map of values, which is documented too. */
  readonly group: boolean;
}

export function valuesOf(text: string): Value[] {
  const document: Document = parseDocument(text);
  return isMap(document.contents) ? pairs(document.contents, '') : [];
}

/** The comment above the first key of a map is the map's, for the parser. */
function pairs(map: { items: Pair[]; commentBefore?: string | null }, parent: string): Value[] {
  return map.items.flatMap((pair, position) => {
    const key = pair.key as Scalar<string>;
    const path = parent === '' ? key.value : `${parent}.${key.value}`;
    const above = key.commentBefore ?? (position === 0 ? map.commentBefore : undefined) ?? '';
    // Two paragraphs above the first key of the file: the first is the file's.
    const comment = (above.split('\n\n').pop() ?? '').replace(/\s*\n\s*/g, ' ').trim();
    const { value } = pair;
    const group = isMap(value) && value.items.length > 0 && !value.flow && !path.endsWith('.resources');
    const own = { path, comment, group, standard: group ? '' : textOf(value) };
    return group ? [own, ...pairs(value, path)] : [own];
  });
}

const textOf = (value: unknown): string =>
  isScalar(value) ? JSON.stringify(value.value) : JSON.stringify((value as { toJSON(): unknown }).toJSON());

/** The page of the chart: its values as a table. */
export function tableOf(values: readonly Value[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = values.map(({ path, standard, comment, group }) =>
    group ? `| **${path}** | | ${cell(comment)} |` : `| \`${path}\` | \`${cell(standard)}\` | ${cell(comment)} |`,
  );
  return ['| value | default | |', '| --- | --- | --- |', ...rows].join('\n');
}
