/** Values as Parquet holds them, and back: an integer of 64 bits is a bigint there, and a number here. */
import type { Column, ColumnType } from '@proofmill/contract';

type Fields = Readonly<Record<string, unknown>>;

/** A value for the writer. `bytes` counts what its texts and numbers take, about. */
export function storedValue(value: unknown, type: ColumnType, count: (bytes: number) => void): unknown {
  if (value === null || value === undefined) return null;
  if (typeof type === 'string') {
    count(typeof value === 'string' ? value.length : 8);
    return type === 'integer' ? BigInt(value as number) : value;
  }
  if ('list' in type) return (value as readonly unknown[]).map((one) => storedValue(one, type.list, count));
  return eachField(value as Fields, type.fields, (field, fieldType) => storedValue(field, fieldType, count));
}

/** A value of the reader. */
export function readValue(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  if (typeof type === 'string') return typeof value === 'bigint' ? Number(value) : value;
  if ('list' in type) return Array.from(value as Iterable<unknown>, (one) => readValue(one, type.list));
  return eachField(value as Fields, type.fields, readValue);
}

const eachField = (
  fields: Fields,
  columns: readonly Column[],
  convert: (value: unknown, type: ColumnType) => unknown,
): Record<string, unknown> => Object.fromEntries(columns.map(({ name, type }) => [name, convert(fields[name], type)]));
