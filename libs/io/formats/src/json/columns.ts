/** Tables that are written column by column, as pandas and data sets in memory write them. */

interface TableRow {
  readonly value: object;
  /** Where in the table a path of the row leads. */
  pathOf(path: string): string;
}

/**
 * The rows of an object whose fields are lists of one length (columns), objects with the same numbers as names (columns, as pandas writes
 * them), or objects named by numbers (rows, as pandas writes them by index). Null where it is none of these.
 */
export function rowsOfColumns(table: object): TableRow[] | null {
  const columns = Object.entries(table);
  const [, first] = columns[0] ?? [];
  if (columns.every(([, column]) => Array.isArray(column))) {
    const { length } = first as unknown[];
    const isTable = length > 0 && columns.every(([, column]) => (column as unknown[]).length === length);
    return isTable ? Array.from({ length }, (_, row) => rowOf(columns, row, `[${row}]`)) : null;
  }
  if (!columns.every(([, column]) => isFields(column))) return null;
  if (columns.every(([name]) => isNumber(name)))
    return columns.map(([name, row]) => ({ value: row as object, pathOf: (path) => `${name}.${path}` }));
  const places = Object.keys(first as object);
  const isTable =
    places.length > 0 &&
    places.every(isNumber) &&
    columns.every(([, column]) => Object.keys(column as object).join() === places.join());
  return isTable ? places.map((place) => rowOf(columns, place, `.${place}`)) : null;
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);

const isFields = (value: unknown): value is object =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

// From entries: a column may have any name, and assigning to `__proto__` would make no field.
const rowOf = (columns: readonly (readonly [string, unknown])[], place: number | string, step: string): TableRow => ({
  value: Object.fromEntries(
    columns.map(([name, column]) => [name, (column as Record<number | string, unknown>)[place]]),
  ),
  pathOf: (path) => path.replace(/^[^.[]+/, (column) => `${column}${step}`),
});
