/** Reads what a corpus says, as far as a judge of it needs to know: questions, responses, and which of them are better. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type KnownItem, knownItem } from './gold.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The items of a file of JSON lines, or of one JSON list, gzip or plain. What is no item is left out. */
export function readGoldFile(path: string): KnownItem[] {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  return recordsIn(text).flatMap((record) => itemOfRecord(record) ?? []);
}

function recordsIn(text: string): unknown[] {
  const whole = text.trimStart().startsWith('[') ? parsed(text) : undefined;
  return Array.isArray(whole) ? whole : text.split('\n').map(parsed);
}

/** Undefined for a broken line of the corpus: the judge has not learned it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A record's fields, in whichever of the usual shapes. Null: no item. */
function itemOfRecord(record: unknown): KnownItem | null {
  if (record === null || typeof record !== 'object' || Array.isArray(record)) return null;
  const fields = record as Fields;
  const question = textOf(fields.question ?? fields.prompt ?? fields.instruction, 'user');
  const given = responsesOf(fields);
  const responses = given?.responses.map((response) => textOf(response, 'assistant'));
  if (question === null || !responses?.every((response) => response !== null)) return null;
  const explanation =
    [fields.explanation, fields.reason].find((field): field is string => typeof field === 'string') ?? null;
  return knownItem(question, responses, given?.ranks ?? null, explanation);
}

function responsesOf(fields: Fields): { responses: unknown[]; ranks: number[] | null } | null {
  const { chosen, rejected } = fields;
  if (Array.isArray(fields.responses)) return { responses: fields.responses, ranks: ranksOf(fields) };
  for (const [one, other] of [
    [fields.response_A, fields.response_B],
    [fields.response_a, fields.response_b],
  ]) {
    if (one !== undefined && other !== undefined) return { responses: [one, other], ranks: ranksOf(fields) };
  }
  if (chosen === undefined || rejected === undefined) return null;
  // Several of each are texts in a list; a list of messages is one response.
  const [better, worse] = [chosen, rejected].map((side) => (isTexts(side) ? side : [side]));
  if (!better || !worse) return null;
  return { responses: [...better, ...worse], ranks: [...better.map(() => 1), ...worse.map(() => 0)] };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

/** One rank for the response that the label names, and one for the others. Null: there is no label, or a tie. */
function ranksOf({ label, responses }: Fields): number[] | null {
  const best =
    label === 'A>B'
      ? 0
      : label === 'B>A'
        ? 1
        : /^[A-Z]$/.test(String(label))
          ? String(label).charCodeAt(0) - 65
          : label;
  const index = typeof best === 'number' ? best : /^\d+$/.test(String(best)) ? Number(best) : -1;
  const count = Array.isArray(responses) ? responses.length : 2;
  if (!Number.isInteger(index) || index < 0 || index >= count) return null;
  return Array.from({ length: count }, (_, at) => Number(at === index));
}

/** A text, the text of an object, or the last turn of the role in a list of messages. */
function textOf(value: unknown, role: string): string | null {
  if (typeof value === 'string') return value;
  const turns = (Array.isArray(value) ? value : [value]) as ({
    role?: unknown;
    content?: unknown;
    text?: unknown;
  } | null)[];
  const last = turns.findLast((turn) => (turn?.role ?? role) === role);
  const text = last?.content ?? last?.text;
  return typeof text === 'string' ? text : null;
}
