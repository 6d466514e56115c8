/** A file that is one JSON object: a record, an object that holds a list of records, or columns. */
import type { JsonCursor } from './cursor.ts';

const quote = 0x22;
const colon = 0x3a;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const lookedAtBytes = 512;
const nameBytes = 64 * 1024;

interface FieldSurvey {
  readonly name: string;
  /** By the first element of a list: objects, messages of a conversation, or anything else. */
  readonly holds: 'objects' | 'messages' | 'list' | 'object' | 'other';
}

export interface ObjectSurvey {
  readonly fields: readonly FieldSurvey[];
  /** Nothing follows it. */
  readonly isOnly: boolean;
  readonly spansLines: boolean;
}

/** Looks through the object at the cursor without holding it; null where it is no object that ends. */
export async function surveyObject(cursor: JsonCursor): Promise<ObjectSurvey | null> {
  const fields: FieldSurvey[] = [];
  if ((await cursor.next()) !== openBrace) return null;
  const firstLine = cursor.line;
  cursor.take();
  for (;;) {
    const byte = await cursor.next(comma);
    if (byte === closeBrace) break;
    const name = byte === quote ? await nameAt(cursor) : null;
    if (name === null) return null;
    await cursor.next();
    const value = await cursor.value(lookedAtBytes);
    if (value.text.length === 0) return null;
    if (value.ends === 'later') await cursor.skipRest(value);
    fields.push({ name, holds: holdsOf(value.text.toString('latin1', 0, lookedAtBytes)) });
  }
  cursor.take();
  const spansLines = cursor.line > firstLine;
  return { fields, isOnly: (await cursor.next()) === -1, spansLines };
}

/** The name of a field and its colon. */
async function nameAt(cursor: JsonCursor): Promise<string | null> {
  const { text, ends } = await cursor.value(nameBytes);
  if (ends !== 'here' || (await cursor.next()) !== colon) return null;
  cursor.take();
  try {
    return String(JSON.parse(text.toString('utf8')));
  } catch {
    return null;
  }
}

function holdsOf(beginning: string): FieldSurvey['holds'] {
  if (/^\[\s*\{\s*"(?:role|from)"/.test(beginning)) return 'messages';
  if (/^\[\s*\{/.test(beginning)) return 'objects';
  if (beginning.startsWith('[')) return 'list';
  return beginning.startsWith('{') ? 'object' : 'other';
}

/** Moves the cursor to the value of a field of the object that it is at. */
export async function seekField(cursor: JsonCursor, wanted: string): Promise<void> {
  await cursor.next();
  cursor.take();
  for (;;) {
    await cursor.next(comma);
    const name = await nameAt(cursor);
    await cursor.next();
    if (name === wanted || name === null) return;
    const value = await cursor.value(lookedAtBytes);
    if (value.ends === 'later') await cursor.skipRest(value);
  }
}

/** Names under which files hold their records. */
const holders = new Set(
  'data rows records items instances examples dataset train training validation valid dev test'.split(' '),
);
/** Names of lists that are parts of a record. */
const parts = new Set(
  'messages conversation conversations turns responses completions answers candidates outputs chosen rejected choices'.split(
    ' ',
  ),
);

export type ObjectForm =
  | { readonly form: 'record' | 'columns' }
  | { readonly form: 'list'; readonly name: string }
  | { readonly form: 'refused'; readonly reason: string };

const named = (fields: readonly FieldSurvey[]): string =>
  fields.map(({ name }) => JSON.stringify(name.slice(0, 40))).join(', ');

/** What the only object of a file is. `recordsUnder`: the field that the job names. */
export function formOf({ fields }: ObjectSurvey, recordsUnder: string | undefined): ObjectForm {
  const lists = fields.filter(({ holds }) => holds === 'objects');
  if (recordsUnder !== undefined) {
    if (fields.some(({ name, holds }) => name === recordsUnder && (holds === 'objects' || holds === 'list'))) {
      return { form: 'list', name: recordsUnder };
    }
    const seen = lists.length === 0 ? 'no field of it is a list of objects' : `those that it has are ${named(lists)}`;
    return {
      form: 'refused',
      reason: `has no list of records under ${JSON.stringify(recordsUnder)} (spec.corpus.recordsUnder); ${seen}`,
    };
  }
  const [only, ...others] = lists.filter(
    ({ name }) => holders.has(name.toLowerCase()) || (fields.length === 1 && !parts.has(name)),
  );
  if (only !== undefined && others.length > 0) {
    return {
      form: 'refused',
      reason: `is one JSON object with several lists of records: ${named([only, ...others])}. Name one in spec.corpus.recordsUnder`,
    };
  }
  if (only !== undefined) return { form: 'list', name: only.name };
  const isTable =
    fields.length > 1 &&
    (fields.every(({ holds }) => holds === 'list') || fields.every(({ holds }) => holds === 'object'));
  return { form: isTable ? 'columns' : 'record' };
}
