/** The columns of a table of records, as the schema of the records says: what Parquet files have, and what a dataset card declares. */
import { z } from 'zod';

export type ColumnType =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | { readonly list: ColumnType }
  | { readonly fields: readonly Column[] };

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether null is a value of it. */
  readonly nullable: boolean;
}

/** What is used of a JSON schema. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

/**
 * The columns of an object schema. Each field has one type and is always there, null where it has no value, and no list holds null: TypeError
 * for any other schema.
 */
export function columnsOf(schema: z.ZodType): readonly Column[] {
  return fieldsOf(z.toJSONSchema(schema, { io: 'output' }) as JsonSchema, 'the schema');
}

function fieldsOf({ properties, required = [] }: JsonSchema, place: string): Column[] {
  return Object.entries(properties ?? {}).map(([name, field]) => {
    const inside = `${place}: ${name}`;
    if (!required.includes(name)) throw new TypeError(`${inside} may be missing, where a column is always there`);
    const types = alternatives(field);
    const [type, ...others] = types.filter((one) => one.type !== 'null').map((one) => typeOf(one, inside));
    if (type === undefined || others.some((other) => JSON.stringify(other) !== JSON.stringify(type))) {
      throw new TypeError(
        `${inside} has values of ${type === undefined ? 'no type' : 'several types'}, where a column has one`,
      );
    }
    return { name, type, nullable: types.some((one) => one.type === 'null') };
  });
}

/** The schemas that a value may have, each with one type. */
function alternatives(schema: JsonSchema): JsonSchema[] {
  if (schema.anyOf) return schema.anyOf.flatMap(alternatives);
  const { type } = schema;
  return typeof type === 'object' ? type.map((one) => ({ ...schema, type: one })) : [schema];
}

const scalars: Readonly<Record<string, ColumnType>> = {
  string: 'text',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
};

function typeOf(schema: JsonSchema, place: string): ColumnType {
  const { type, items, properties } = schema;
  const scalar = typeof type === 'string' && Object.hasOwn(scalars, type) ? scalars[type] : undefined;
  if (scalar !== undefined) return scalar;
  if (type === 'object' && properties) return { fields: fieldsOf(schema, place) };
  if (type !== 'array' || !items) throw new TypeError(`${place} is no text, number, boolean, list or group of fields`);
  const [element] = fieldsOf({ properties: { element: items }, required: ['element'] }, place);
  if (!element || element.nullable) throw new TypeError(`${place} is a list that may hold null`);
  return { list: element.type };
}
