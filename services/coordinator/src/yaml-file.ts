/** Reads a YAML file by a schema. A bad one is refused with file, place, a sentence and, for a mistyped name, the one meant. */
import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '@proofmill/contract';
import { isMap, isPair, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { nearest } from './nearest.ts';

export interface YamlKind<Schema extends z.ZodType> {
  /** What the file is called in a sentence: `job file`. */
  readonly name: string;
  readonly schema: Schema;
  /** What the field may be that says which of several forms an entry has. */
  readonly kinds: readonly string[];
}

/** ConfigurationError with every mistake in the file, one a line. */
export async function readYamlFile<Schema extends z.ZodType>(
  path: string,
  { name, schema, kinds }: YamlKind<Schema>,
): Promise<z.output<Schema>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`${path}: the ${name} cannot be read (${(error as Error).message})`, { cause: error });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [syntax] = document.errors;
  if (syntax) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new ConfigurationError(`${path}:${line}:${col}: this is not YAML: ${syntax.message.split('\n')[0]}`);
  }
  const values: unknown = document.toJS();
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => sentencesOf(issue, values, schema, kinds));
  const located = problems.map(({ at, sentence }) => {
    const offset = offsetOf(document.contents, at);
    const place = offset === null ? '' : `:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
    return `${path}${place}: ${at.length > 0 ? `${pathText(at)}: ` : ''}${sentence}`;
  });
  throw new ConfigurationError(located.join('\n'));
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inside, step) => (inside as Record<PropertyKey, unknown> | undefined)?.[step], value);

interface Problem {
  readonly at: readonly PropertyKey[];
  readonly sentence: string;
}

function sentencesOf(issue: z.core.$ZodIssue, document: unknown, schema: unknown, kinds: readonly string[]): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      return { at: [...issue.path, key], sentence: `there is no such field${meant ? `; did you mean ${meant}?` : ''}` };
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [first] = issue.errors.flat();
    if (first) return [{ at: [...issue.path, ...first.path], sentence: first.message }];
  }
  const allowed = 'values' in issue ? issue.values.map(String) : issue.code === 'invalid_union' ? kinds : [];
  if (allowed.length > 0 && !issue.message.includes('undefined')) {
    const meant = nearest(String(valueAt(document, issue.path)), allowed);
    return [{ at: issue.path, sentence: `must be ${allowed.join(' or ')}${meant ? `; did you mean ${meant}?` : ''}` }];
  }
  if (/received undefined$/.test(issue.message)) return [{ at: issue.path, sentence: 'is missing' }];
  return [{ at: issue.path, sentence: issue.message.replace(/^Invalid input: /, '') }];
}

/** The fields that a place of the file may have. */
function knownKeys(root: unknown, path: readonly PropertyKey[]): string[] {
  let schema = root;
  for (const step of path) schema = inner(schema, step);
  return keysOf(schema);
}

type Definition = {
  type: string;
  shape?: Record<string, unknown>;
  innerType?: unknown;
  element?: unknown;
  options?: unknown[];
  in?: unknown;
};
const definitionOf = (schema: unknown): Definition | undefined => (schema as { def?: Definition } | undefined)?.def;

function unwrapped(schema: unknown): unknown {
  const definition = definitionOf(schema);
  return definition?.innerType ? unwrapped(definition.innerType) : definition?.in ? unwrapped(definition.in) : schema;
}

function inner(schema: unknown, step: PropertyKey): unknown {
  const plain = unwrapped(schema);
  const definition = definitionOf(plain);
  if (definition?.element) return definition.element;
  if (definition?.options)
    return { def: { type: 'union', options: definition.options.map((one) => inner(one, step)).filter(Boolean) } };
  return definition?.shape?.[String(step)];
}

function keysOf(schema: unknown): string[] {
  const definition = definitionOf(unwrapped(schema));
  if (definition?.options) return [...new Set(definition.options.flatMap(keysOf))];
  return Object.keys(definition?.shape ?? {});
}

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');

/** Where a value, or its key, begins in the text. */
function offsetOf(node: unknown, path: readonly PropertyKey[]): number | null {
  let current: unknown = node;
  let offset: number | null = rangeStart(node);
  for (const step of path) {
    if (isMap(current)) {
      const pair = current.items.find(
        (item) => isPair(item) && String((item.key as { value?: unknown }).value) === String(step),
      );
      if (!pair) break;
      offset = rangeStart(pair.key) ?? offset;
      current = pair.value;
    } else {
      const items = (current as { items?: unknown[] } | null)?.items;
      if (!items || typeof step !== 'number') break;
      current = items[step];
      offset = rangeStart(current) ?? offset;
    }
  }
  return offset;
}

const rangeStart = (node: unknown): number | null =>
  (node as { range?: [number, number, number] } | null)?.range?.[0] ?? null;
