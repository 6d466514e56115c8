/**
 * Reads a YAML file by a schema. A bad one is refused with file, line and column, a sentence for each mistake, and the name that was
 * meant. Whoever needs this file imports it when it is needed: the library has 72 modules, and many commands read no YAML.
 */
import { ConfigurationError } from '@proofmill/contract';
import { isMap, isPair } from 'yaml';
import type { z } from 'zod';
import { problemsOf } from './schema-problems.ts';
import { readTextFile } from './text-file.ts';
import { parseYamlText } from './yaml-text.ts';

/** The value of a YAML text. `where` names it. Throws ConfigurationError for what is not YAML. */
export const parseYaml = (text: string, where: string): unknown => parseYamlText(text, where).values;

export interface YamlKind<Schema extends z.ZodType> {
  /** What a sentence calls the file: `job file`. */
  readonly name: string;
  readonly schema: Schema;
  /** The values of the field that tells the forms of an entry apart, such as `stage` in a job. */
  readonly kinds: readonly string[];
}

/** A file with more mistakes is another kind of file. */
const mostProblems = 20;
/** Characters of a name in a sentence. */
const longestName = 80;

/** ConfigurationError with the first mistakes in the file, one a line. */
export async function readYamlFile<Schema extends z.ZodType>(
  path: string,
  { name, schema, kinds }: YamlKind<Schema>,
): Promise<z.output<Schema>> {
  const { document, lines, values } = parseYamlText(await readTextFile(path, name), path);
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, { values, schema, kinds });
  const located = problems.slice(0, mostProblems).map(({ at, sentence }) => {
    const offset = offsetOf(document.contents, at);
    const place = offset === null ? '' : `:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
    return `${path}${place}: ${at.length > 0 ? `${pathText(at)}: ` : ''}${sentence}`;
  });
  const more = problems.length - located.length;
  throw new ConfigurationError([...located, ...(more > 0 ? [`${path}: and ${more} more mistakes`] : [])].join('\n'));
}

function nameOf(step: PropertyKey): string {
  const name = String(step);
  return name.length <= longestName ? name : `${name.slice(0, longestName)}..`;
}

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${nameOf(step)}`))
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
