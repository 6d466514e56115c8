/** Columns as Parquet writes them down: a tree, depth first. */
import type { Column, ColumnType } from '@proofmill/contract';
import type { SchemaElement } from 'hyparquet';

export const schemaElements = (columns: readonly Column[]): SchemaElement[] => [
  { name: 'schema', num_children: columns.length },
  ...columns.flatMap(({ name, type, nullable }) => elementsOf(name, type, nullable ? 'OPTIONAL' : 'REQUIRED')),
];

const scalars = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const satisfies Readonly<Record<Extract<ColumnType, string>, Partial<SchemaElement>>>;

function elementsOf(name: string, type: ColumnType, repetition: 'OPTIONAL' | 'REQUIRED'): SchemaElement[] {
  const own = { name, repetition_type: repetition };
  if (typeof type === 'string') return [{ ...own, ...scalars[type] }];
  if ('fields' in type) {
    const children = type.fields.flatMap((field) =>
      elementsOf(field.name, field.type, field.nullable ? 'OPTIONAL' : 'REQUIRED'),
    );
    return [{ ...own, num_children: type.fields.length }, ...children];
  }
  // The three levels of a list, with the names that the format asks for.
  return [
    { ...own, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    ...elementsOf('element', type.list, 'REQUIRED'),
  ];
}
