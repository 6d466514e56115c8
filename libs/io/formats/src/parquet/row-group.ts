import type { DecodedArray, RowGroup, SchemaTree } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { getTreePath } from 'hyparquet/src/schema.js';
import { pageCodecs } from './codecs.ts';
import { type ColumnDecoder, ColumnPages, PageDamage, type ReadBytes } from './column-pages.ts';
import { cellParsers, readingDecimals } from './parsers.ts';

/** A column of the table: one physical column, or several that make its lists and structs. */
interface Column {
  readonly tree: SchemaTree;
  readonly parts: readonly { readonly path: string; readonly pages: ColumnPages }[];
}

const mostRows = 256;

/** The rows of a row group, some at a time, as lists of named cells. Rejects with PageDamage where a page cannot be read. */
export async function* rowsOfGroup(
  group: RowGroup,
  schema: SchemaTree,
  read: ReadBytes,
): AsyncGenerator<(readonly [string, unknown])[][]> {
  const columns = schema.children.map((tree) => columnOf(tree, group, schema, read));
  const parts = columns.flatMap((column) => column.parts);
  for (let left = Number(group.num_rows); left > 0; ) {
    const available = await Promise.all(parts.map(({ pages }) => pages.available()));
    const count = Math.min(left, mostRows, ...available);
    if (count === 0) throw new PageDamage(`${left} rows are missing`);
    const cells = columns.map((column) => takeCells(column, count));
    yield Array.from({ length: count }, (_, row) =>
      columns.map(({ tree }, at) => [tree.element.name, cells[at]?.[row]] as const),
    );
    left -= count;
  }
}

function columnOf(tree: SchemaTree, group: RowGroup, schema: SchemaTree, read: ReadBytes): Column {
  const parts = group.columns.flatMap(({ meta_data: meta, file_path: path }) => {
    if (meta === undefined || meta.path_in_schema[0] !== tree.element.name) return [];
    if (path) throw new PageDamage('a column is in another file');
    const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
    // Some writers leave the offset of the dictionary at 4, or give one after the data.
    const first = Math.min(start, Number(meta.data_page_offset));
    const schemaPath = getTreePath(schema, meta.path_in_schema);
    const element = schemaPath.at(-1)?.element;
    if (element === undefined) throw new PageDamage('a column is not in the schema');
    const decoder: ColumnDecoder = {
      pathInSchema: meta.path_in_schema,
      schemaPath,
      type: meta.type,
      codec: meta.codec,
      ...readingDecimals(element),
      compressors: pageCodecs,
      utf8: false,
    };
    const end = first + Number(meta.total_compressed_size);
    return [{ path: meta.path_in_schema.join('.'), pages: new ColumnPages(read, { start: first, end }, decoder) }];
  });
  return { tree, parts };
}

function takeCells({ tree, parts }: Column, count: number): readonly unknown[] {
  const taken = new Map(parts.map(({ path, pages }) => [path, pages.take(count) as DecodedArray]));
  const name = tree.path.join('.');
  try {
    if (tree.children.length > 0) assembleNested(taken, tree, cellParsers);
  } catch (error) {
    throw new PageDamage(`the parts of column ${name} do not fit`, { cause: error });
  }
  return (taken.get(name) ?? []) as readonly unknown[];
}
