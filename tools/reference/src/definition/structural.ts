/** JSON Schema as zod writes it -> a structural schema of Kubernetes. */
import type { JsonSchema } from '../json-schema.ts';
import type { Rule, Structural } from './structural-schema.ts';

/** A map whose keys a rule checks needs a bound; otherwise the server rejects the rule as too expensive. */
const mostKeys = 256;

export function structuralOf(schema: JsonSchema): Structural {
  const { alternatives, nullable } = alternativesOf(schema);
  if (alternatives.length > 1) {
    const whole = { ...about(schema), ...(nullable ? { nullable } : {}) };
    if (alternatives.every(({ properties }) => properties !== undefined))
      return { ...mergedObjects(alternatives), ...whole };
    return { ...untyped(alternatives), ...whole };
  }
  const [only] = alternatives;
  if (only === undefined) throw new Error(`a schema that allows no value: ${JSON.stringify(schema)}`);
  return {
    type: typeOf(only),
    ...about({ ...only, ...about(schema) }),
    ...(nullable ? { nullable } : {}),
    ...boundsOf(only),
    ...insideOf(only),
  };
}

/** What a schema allows, without null. */
function alternativesOf(schema: JsonSchema): { alternatives: readonly JsonSchema[]; nullable?: true } {
  const types = Array.isArray(schema.type) ? schema.type : [];
  const all =
    schema.anyOf ?? schema.oneOf ?? (types.length > 0 ? types.map((type) => ({ ...schema, type })) : [schema]);
  const alternatives = all.filter(({ type }) => type !== 'null');
  return alternatives.length < all.length ? { alternatives, nullable: true } : { alternatives };
}

function typeOf({ type, enum: values, const: value }: JsonSchema): string {
  if (typeof type === 'string') return type;
  const [first = value] = values ?? [];
  return typeof first;
}

const about = ({ description, default: standard }: JsonSchema): Pick<Structural, 'description' | 'default'> => ({
  ...(description === undefined ? {} : { description }),
  ...(standard === undefined ? {} : { default: standard }),
});

/** The limits of a value, apart from its type. */
function boundsOf(schema: JsonSchema): Structural {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, const: value } = schema;
  const kept = ['enum', 'pattern', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const;
  return {
    ...(value === undefined ? {} : { enum: [value] }),
    ...Object.fromEntries(kept.flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]]]))),
    ...(minimum === undefined ? {} : { minimum }),
    ...(exclusiveMinimum === undefined ? {} : { minimum: exclusiveMinimum, exclusiveMinimum: true as const }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(exclusiveMaximum === undefined ? {} : { maximum: exclusiveMaximum, exclusiveMaximum: true as const }),
  };
}

/** The contents of a value. Unknown fields need no rule: the server drops or rejects them. */
function insideOf(schema: JsonSchema): Structural {
  const { properties, required, items, additionalProperties, propertyNames } = schema;
  if (items) return { items: structuralOf(items) };
  if (properties) {
    return {
      properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, structuralOf(field)])),
      ...(required ? { required } : {}),
    };
  }
  if (typeof additionalProperties !== 'object') return {};
  const rules = propertyNames ? keyRules(propertyNames) : [];
  return {
    additionalProperties: structuralOf(additionalProperties),
    ...(rules.length > 0 ? { maxProperties: mostKeys, 'x-kubernetes-validations': rules } : {}),
  };
}

/** Kubernetes has no schema for keys, so rules check them. */
function keyRules({ pattern, minLength = 0 }: JsonSchema): Rule[] {
  return [
    ...(pattern
      ? [{ rule: `self.all(key, key.matches(${celText(pattern)}))`, message: `names must match ${pattern}` }]
      : []),
    ...(minLength > 0 ? [{ rule: "self.all(key, key != '')", message: 'a name must not be empty' }] : []),
  ];
}

/** A text as a CEL literal. */
export const celText = (text: string): string => JSON.stringify(text);

// Unions. Kubernetes has none: each place has one type, and rules express that it is one of several.

/**
 * Several kinds of object become one object with the fields of all, and rules that say which of them go together. A default is
 * kept only if all kinds have it: the server would otherwise set it on an object of another kind.
 */
function mergedObjects(alternatives: readonly JsonSchema[]): Structural {
  const fields = [...new Set(alternatives.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const properties = fields.map((field) => {
    const forms = alternatives.flatMap(({ properties }) => properties?.[field] ?? []);
    return [field, mergedField(forms, forms.length === alternatives.length)] as const;
  });
  const required = fields.filter((field) => alternatives.every(({ required }) => required?.includes(field)));
  const kind = discriminatorOf(alternatives);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    'x-kubernetes-validations': kind ? rulesByKind(alternatives, kind, fields) : [ruleOfOne(alternatives, fields)],
  };
}

function mergedField(forms: readonly JsonSchema[], isInAll: boolean): Structural {
  const [first, ...others] = forms;
  if (first === undefined) throw new Error('a field that no object has');
  if (forms.every((form) => form.const !== undefined)) return { type: 'string', enum: forms.map((form) => form.const) };
  const bare = forms.map(({ default: _default, description: _description, ...form }) => JSON.stringify(form));
  if (new Set(bare).size > 1)
    throw new Error(`a field with different schemas in different objects: ${bare.join(' | ')}`);
  const { default: standard, description, ...form } = first;
  const same = others.every((other) => JSON.stringify(other.default) === JSON.stringify(standard));
  const descriptions = [...new Set(forms.flatMap((alternative) => alternative.description ?? []))];
  return structuralOf({
    ...form,
    ...(descriptions.length > 0 ? { description: descriptions.join(' Or: ') } : {}),
    ...(standard !== undefined && same && isInAll ? { default: standard } : {}),
  });
}

/** The field whose value says which kind of object it is. */
function discriminatorOf(alternatives: readonly JsonSchema[]): string | undefined {
  return Object.entries(alternatives[0]?.properties ?? {}).find(([field]) =>
    alternatives.every(({ properties }) => properties?.[field]?.const !== undefined),
  )?.[0];
}

/** One rule for each kind of object, with the fields that it does not have. */
function rulesByKind(alternatives: readonly JsonSchema[], kind: string, fields: readonly string[]): Rule[] {
  return alternatives.flatMap(({ properties = {} }) => {
    const value = String(properties[kind]?.const);
    const foreign = fields.filter((field) => !(field in properties));
    if (foreign.length === 0) return [];
    const none = foreign.map((field) => `!has(self.${field})`).join(' && ');
    return [
      {
        rule: `self.${kind} != '${value}' || (${none})`,
        message: `${kind}: ${value} has none of the fields ${foreign.join(', ')}`,
      },
    ];
  });
}

/** The object is exactly one of the kinds; its required fields show which. */
function ruleOfOne(alternatives: readonly JsonSchema[], fields: readonly string[]): Rule {
  const forms = alternatives.map(({ properties = {}, required = [] }) => {
    const present = required.map((field) => `has(self.${field})`);
    const absent = fields.filter((field) => !(field in properties)).map((field) => `!has(self.${field})`);
    return `(${[...present, ...absent].join(' && ')})`;
  });
  const words = alternatives.map(({ properties = {}, required = [] }) => {
    const more = Object.keys(properties).filter((field) => !required.includes(field));
    return `${required.join(' and ')}${more.length > 0 ? ` (with ${more.join(', ')} or without)` : ''}`;
  });
  return { rule: forms.join(' || '), message: `must have one of these alone: ${words.join('; ')}` };
}

/** Bounds that only values of the type violate: their `not` states the type in places where `type` is not allowed. */
const typeTests: Readonly<Record<string, Structural>> = {
  string: { not: { minLength: 1, maxLength: 0 } },
  array: { not: { minItems: 1, maxItems: 0 } },
  object: { not: { minProperties: 1, maxProperties: 0 } },
  integer: { not: { minimum: 1, maximum: 0 } },
};

/**
 * A value of several types becomes a value without a type, with its forms under `anyOf`. Rules cannot see such a value. If one of
 * the types is an object, the schema lists the object's fields and allows no others.
 */
function untyped(alternatives: readonly JsonSchema[]): Structural {
  const inside = alternatives.map(insideOf);
  const items = inside.find(({ items }) => items)?.items;
  const properties = inside.find(({ properties }) => properties)?.properties;
  return {
    'x-kubernetes-preserve-unknown-fields': true,
    ...(items ? { items } : {}),
    ...(properties ? { properties } : {}),
    anyOf: alternatives.map((alternative) => {
      const { type, properties, required } = alternative;
      const test = typeTests[String(type)];
      if (test === undefined) throw new Error(`no test for the type of ${JSON.stringify(alternative)}`);
      const fields = properties ? { maxProperties: Object.keys(properties).length } : {};
      return { ...test, ...boundsOf(alternative), ...(required ? { required } : {}), ...fields };
    }),
  };
}
