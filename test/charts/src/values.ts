/** values.yaml as a list: each value with its comment. */
import { type Document, isMap, isScalar, type Pair, parseDocument, type Scalar } from 'yaml';

export interface Value {
  readonly path: string;
  readonly standard: string;
  /** The comment above it; empty without one. */
  readonly comment: string;
  /** It is a map of values, which has a comment of its own. */
  readonly group: boolean;
}

export function valuesOf(text: string): Value[] {
  const document: Document = parseDocument(text);
  return isMap(document.contents) ? pairs(document.contents, '') : [];
}

/** The parser gives the comment above the first key of a map to the map. */
function pairs(map: { items: Pair[]; commentBefore?: string | null }, parent: string): Value[] {
  return map.items.flatMap((pair, position) => {
    const key = pair.key as Scalar<string>;
    const path = parent === '' ? key.value : `${parent}.${key.value}`;
    const above = key.commentBefore ?? (position === 0 ? map.commentBefore : undefined) ?? '';
    // Of two paragraphs above the first key of the file, the first belongs to the file.
    const comment = (above.split('\n\n').pop() ?? '').replace(/\s*\n\s*/g, ' ').trim();
    const { value } = pair;
    const group = isMap(value) && value.items.length > 0 && !value.flow && !/[rR]esources$/.test(path);
    const own = { path, comment, group, standard: group ? '' : textOf(value) };
    return group ? [own, ...pairs(value, path)] : [own];
  });
}

const textOf = (value: unknown): string =>
  isScalar(value) ? JSON.stringify(value.value) : JSON.stringify((value as { toJSON(): unknown }).toJSON());

/** The values as a table, for the page of the chart. */
export function tableOf(values: readonly Value[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = values.map(({ path, standard, comment, group }) =>
    group ? `| **${path}** | | ${cell(comment)} |` : `| \`${path}\` | \`${cell(standard)}\` | ${cell(comment)} |`,
  );
  return ['| value | default | |', '| --- | --- | --- |', ...rows].join('\n');
}
