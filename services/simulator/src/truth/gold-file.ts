/** Reads the questions, responses and labels of a corpus, as far as a judge needs them. */
import { readFileSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { type KnownItem, knownItem } from './known-item.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The items of a file of JSON lines or of one JSON list, gzipped or plain. Records that are no items are skipped, and so is what
 * a damaged file does not give: the judge has not learned it.
 */
export function readGoldFile(path: string): KnownItem[] {
  return recordsIn(contentOf(readFileSync(path)).toString('utf8')).flatMap((record) => itemOfRecord(record) ?? []);
}

function contentOf(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    // Gives what it can of a file that is cut short.
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

function recordsIn(text: string): unknown[] {
  const list = text.trimStart().startsWith('[') ? parseJson(text) : undefined;
  return Array.isArray(list) ? list : text.split('\n').map(parseJson);
}

/** Undefined for a broken line: the judge has not learned it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a record in any of the usual layouts; null where it is no item. */
function itemOfRecord(record: unknown): KnownItem | null {
  if (record === null || typeof record !== 'object' || Array.isArray(record)) return null;
  const fields = record as Fields;
  const question = textOf(fields.question ?? fields.prompt ?? fields.instruction, 'user');
  const ranked = rankedResponses(fields);
  const responses = ranked?.responses.map((response) => textOf(response, 'assistant'));
  if (question === null || !responses?.every((response) => response !== null)) return null;
  const explanation =
    [fields.explanation, fields.reason].find((field): field is string => typeof field === 'string') ?? null;
  return knownItem(question, responses, ranked?.ranks ?? null, explanation);
}

function rankedResponses(fields: Fields): { responses: unknown[]; ranks: number[] | null } | null {
  const { chosen, rejected } = fields;
  if (Array.isArray(fields.responses)) return { responses: fields.responses, ranks: ranksByLabel(fields) };
  for (const [first, second] of [
    [fields.response_A, fields.response_B],
    [fields.response_a, fields.response_b],
  ]) {
    if (first !== undefined && second !== undefined) return { responses: [first, second], ranks: ranksByLabel(fields) };
  }
  if (chosen === undefined || rejected === undefined) return null;
  // A list of texts is several responses; a list of messages is one.
  const [better, worse] = [chosen, rejected].map((side) => (isTexts(side) ? side : [side]));
  if (!better || !worse) return null;
  return { responses: [...better, ...worse], ranks: [...better.map(() => 1), ...worse.map(() => 0)] };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

/** Rank 1 for the response that the label names, 0 for the others. Null for a tie or where there is no label. */
function ranksByLabel({ label, responses }: Fields): number[] | null {
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

/** A text, the text of an object, or the last turn of a role in a list of messages. */
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
