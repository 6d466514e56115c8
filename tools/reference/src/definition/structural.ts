/** JSON Schema as zod writes it -> a structural schema of Kubernetes. */
import type { JsonSchema } from '../json-schema.ts';
import type { Rule, Structural } from './structural-schema.ts';

/** Maps whose keys are checked by a rule need a bound, or the server takes the rule for too dear. */
const mostKeys = 256;

export function structuralOf(schema: JsonSchema): Structural {
  const { alternatives, nullable } = alternativesOf(schema);
  if (alternatives.length > 1) {
    const whole = { ...about(schema), ...(nullable ? { nullable } : {}) };
    if (alternatives.every((one) => one.properties !== undefined)) return { ...mergedObjects(alternatives), ...whole };
    return { ...untyped(alternatives), ...whole };
  }
  const [only] = alternatives;
  if (only === undefined) throw new Error(`a schema of nothing: ${JSON.stringify(schema)}`);
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
  const alternatives = all.filter((one) => one.type !== 'null');
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

/** What a value must be, beside its type. */
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

/** What is in a value. Fields that are not known need no rule: the server drops or refuses them. */
function insideOf(schema: JsonSchema): Structural {
  const { properties, required, items, additionalProperties, propertyNames } = schema;
  if (items) return { items: structuralOf(items) };
  if (properties) {
    return {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, structuralOf(one)])),
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

/** Kubernetes has no schema for keys: what they must be is a rule. */
function keyRules({ pattern, minLength = 0 }: JsonSchema): Rule[] {
  return [
    ...(pattern
      ? [{ rule: `self.all(key, key.matches(${celText(pattern)}))`, message: `names must match ${pattern}` }]
      : []),
    ...(minLength > 0 ? [{ rule: "self.all(key, key != '')", message: 'a name must not be empty' }] : []),
  ];
}

/** A text as a literal of CEL. */
export const celText = (text: string): string => JSON.stringify(text);

// Unions, of which Kubernetes has none: a place has one type, and what is one of several is said by rules.

/**
 * One of several objects -> one object with the fields of all, and rules that say which of them go together. A default is kept
 * where all have it: otherwise the server would put it where it does not belong.
 */
function mergedObjects(alternatives: readonly JsonSchema[]): Structural {
  const fields = [...new Set(alternatives.flatMap((one) => Object.keys(one.properties ?? {})))];
  const properties = fields.map((field) => {
    const forms = alternatives.flatMap((one) => one.properties?.[field] ?? []);
    return [field, mergedField(forms, forms.length === alternatives.length)] as const;
  });
  const required = fields.filter((field) => alternatives.every((one) => one.required?.includes(field)));
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
  if (first === undefined) throw new Error('a field of no object');
  if (forms.every((form) => form.const !== undefined)) return { type: 'string', enum: forms.map((form) => form.const) };
  const bare = forms.map(({ default: _default, description: _description, ...form }) => JSON.stringify(form));
  if (new Set(bare).size > 1) throw new Error(`a field that is one thing here and another there: ${bare.join(' | ')}`);
  const { default: standard, description, ...form } = first;
  const same = others.every((other) => JSON.stringify(other.default) === JSON.stringify(standard));
  const descriptions = [...new Set(forms.flatMap((one) => one.description ?? []))];
  return structuralOf({
    ...form,
    ...(descriptions.length > 0 ? { description: descriptions.join(' Or: ') } : {}),
    ...(standard !== undefined && same && isInAll ? { default: standard } : {}),
  });
}

/** The field that says which of the objects it is. */
function discriminatorOf(alternatives: readonly JsonSchema[]): string | undefined {
  return Object.entries(alternatives[0]?.properties ?? {}).find(([field]) =>
    alternatives.every((one) => one.properties?.[field]?.const !== undefined),
  )?.[0];
}

/** One rule for each kind: which fields it does not have. */
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

/** Exactly one of the objects, told by what each requires. */
function ruleOfOne(alternatives: readonly JsonSchema[], fields: readonly string[]): Rule {
  const forms = alternatives.map(({ properties = {}, required = [] }) => {
    const there = required.map((field) => `has(self.${field})`);
    const away = fields.filter((field) => !(field in properties)).map((field) => `!has(self.${field})`);
    return `(${[...there, ...away].join(' && ')})`;
  });
  const words = alternatives.map(({ properties = {}, required = [] }) => {
    const more = Object.keys(properties).filter((field) => !required.includes(field));
    return `${required.join(' and ')}${more.length > 0 ? ` (with ${more.join(', ')} or without)` : ''}`;
  });
  return { rule: forms.join(' || '), message: `must have one of these alone: ${words.join('; ')}` };
}

/** Bounds that no value of the type keeps and that all others pass: their `not` says the type where `type` may not stand. */
const typeTests: Readonly<Record<string, Structural>> = {
  string: { not: { minLength: 1, maxLength: 0 } },
  array: { not: { minItems: 1, maxItems: 0 } },
  object: { not: { minProperties: 1, maxProperties: 0 } },
};

/**
 * One of several types -> a value of no type, whose forms stand under `anyOf`. Rules do not see such a value. A union of values
 * beside an object knows the object's fields, and that it has no others.
 */
function untyped(alternatives: readonly JsonSchema[]): Structural {
  const inside = alternatives.map(insideOf);
  const items = inside.find((one) => one.items)?.items;
  const properties = inside.find((one) => one.properties)?.properties;
  return {
    'x-kubernetes-preserve-unknown-fields': true,
    ...(items ? { items } : {}),
    ...(properties ? { properties } : {}),
    anyOf: alternatives.map((one) => {
      const test = typeTests[String(one.type)];
      if (test === undefined) throw new Error(`no test for the type of ${JSON.stringify(one)}`);
      const fields = one.properties ? { maxProperties: Object.keys(one.properties).length } : {};
      return { ...test, ...boundsOf(one), ...(one.required ? { required: one.required } : {}), ...fields };
    }),
  };
}
