/** Reads a job file. A bad one is refused with file, place, a sentence and, where a name was mistyped, the one that was meant. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigurationError, type Job, jobSchema, stageSpecSchema } from '@proofmill/contract';
import { isMap, isPair, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { nearest } from './nearest.ts';

export interface JobFile {
  readonly job: Job;
  /** The folder that relative paths of the job start at. */
  readonly baseDir: string;
}

export interface JobOverrides {
  readonly out?: string;
  readonly limit?: number;
  /** Address of the engine of every stage. */
  readonly engine?: string;
  /** Model of every stage. */
  readonly model?: string;
  readonly corpus?: readonly string[];
}

/** ConfigurationError with every mistake in the file, one a line. */
export async function readJob(path: string, overrides: JobOverrides = {}): Promise<JobFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`${path}: the job file cannot be read (${(error as Error).message})`, {
      cause: error,
    });
  }
  const baseDir = dirname(resolve(path));
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [syntax] = document.errors;
  if (syntax) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new ConfigurationError(`${path}:${line}:${col}: this is not YAML: ${syntax.message.split('\n')[0]}`);
  }
  const values: unknown = document.toJS();
  const parsed = jobSchema.safeParse(values);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => sentencesOf(issue, values));
    const located = problems.map(({ at, sentence }) => {
      const offset = offsetOf(document.contents, at);
      const place = offset === null ? '' : `:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
      return `${path}${place}: ${at.length > 0 ? `${pathText(at)}: ` : ''}${sentence}`;
    });
    throw new ConfigurationError(located.join('\n'));
  }
  return { job: overridden(parsed.data, overrides, baseDir), baseDir };
}

/** Flags of the command line win over the file; a path given there starts at the working directory. */
function overridden(job: Job, { out, limit, engine, model, corpus }: JobOverrides, baseDir: string): Job {
  const { spec } = job;
  return {
    ...job,
    spec: {
      ...spec,
      corpus: {
        ...spec.corpus,
        ...(limit === undefined ? {} : { limit }),
        ...(corpus === undefined ? {} : { uris: corpus.map((uri) => (uri.includes('://') ? uri : resolve(uri))) }),
      },
      pipeline: spec.pipeline.map((stage) => ({
        ...stage,
        engine: {
          ...stage.engine,
          ...(engine === undefined ? {} : { baseUrl: engine }),
          ...(model === undefined ? {} : { model }),
        },
      })),
      output: { ...spec.output, uri: out === undefined ? folderOf(spec.output.uri, baseDir) : resolve(out) },
    },
  };
}

/** The output folder as an absolute path. ConfigurationError for a scheme that is not there yet. */
function folderOf(uri: string, baseDir: string): string {
  if (uri.startsWith('file://')) return decodeURIComponent(new URL(uri).pathname);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(uri)) {
    throw new ConfigurationError(`output.uri ${uri}: only folders of this machine can be written (a path, or file://)`);
  }
  return resolve(baseDir, uri);
}

const stageKinds = stageSpecSchema.options.map((option) => option.shape.stage.value);

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inside, step) => (inside as Record<PropertyKey, unknown> | undefined)?.[step], value);

interface Problem {
  readonly at: readonly PropertyKey[];
  readonly sentence: string;
}

function sentencesOf(issue: z.core.$ZodIssue, document: unknown): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      return { at: [...issue.path, key], sentence: `there is no such field${meant ? `; did you mean ${meant}?` : ''}` };
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [first] = issue.errors.flat();
    if (first) return [{ at: [...issue.path, ...first.path], sentence: first.message }];
  }
  const allowed = 'values' in issue ? issue.values.map(String) : issue.code === 'invalid_union' ? stageKinds : [];
  if (allowed.length > 0 && !issue.message.includes('undefined')) {
    const meant = nearest(String(valueAt(document, issue.path)), allowed);
    return [{ at: issue.path, sentence: `must be ${allowed.join(' or ')}${meant ? `; did you mean ${meant}?` : ''}` }];
  }
  if (/received undefined$/.test(issue.message)) return [{ at: issue.path, sentence: 'is missing' }];
  return [{ at: issue.path, sentence: issue.message.replace(/^Invalid input: /, '') }];
}

/** The fields that a place of the job file may have. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = jobSchema;
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
