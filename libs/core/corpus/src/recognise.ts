import { type Item, type Source, Unreadable, type AsWritten } from '@proofmill/contract';
import { readCarried } from './carry.ts';
import { type Whole, wholeOf } from './conversation/whole.ts';
import { columnOf, type FieldMapping, fieldAt, fieldNames, isEmpty, isGiven } from './field.ts';
import { goldPaths, readGold } from './gold.ts';
import { commonBeginning } from './implicit.ts';
import { knownShapes } from './known-shapes.ts';
import { shapeOf } from './mapping.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import { readPrompt, type StandingPart, standingParts } from './prompt.ts';
import { descriptionOf, promptText, type Reading } from './reading.ts';
import { encodedTurns, type Responses, readResponses, responsePaths } from './responses.ts';
import { type Part, pathsOfParts, type Shape } from './shape.ts';
import { suggestion } from './suggest.ts';
import { unreadableColumn } from './unreadable.ts';
import { columnsOfMedia, mattering, unseenBeside, unusedColumns } from './unseen.ts';

/** A record as an item, with the name of its form and how it was read; or why it is no item. */
export type Recognised = { readonly item: Item; readonly flavour: string; readonly reading: Reading } | Problem;

const idFields = ['id', 'pair_id', 'prompt_id', 'question_id', 'uuid'];

/** With those that known shapes have by other names. */
const everyIdField = [...idFields, ...knownShapes.flatMap(({ id }) => id ?? [])];

/** An id as the file has it, so that its user finds it there: a number with the digits of the file, bytes as hexadecimal digits. */
function idAt(record: object, field: string, written: AsWritten | undefined): string | null {
  const value = fieldAt(record, field);
  if (typeof value === 'number') return written?.at(field) ?? String(value);
  if (value instanceof Unreadable) return written?.at(field) ?? null;
  return typeof value === 'string' && value !== '' ? value : null;
}

function readId(
  record: object,
  shape: Shape,
  mapped: string | undefined,
  written: AsWritten | undefined,
): { id: string | null; column: string } | Problem {
  for (const field of shape.id === undefined ? idFields : [shape.id]) {
    const id = idAt(record, field, written);
    if (id !== null) return { id, column: field };
    if (mapped !== undefined && isGiven(record, field))
      return problem('bad-id', `${field} is neither a text nor a number`);
  }
  return { id: null, column: '' };
}

/** The id of a record that is no item, for whoever looks for it: under the name that the job gives, or a usual one. */
export function idOfRecord(value: unknown, { id: mapped }: FieldMapping, written?: AsWritten): string | null {
  if (value === null || typeof value !== 'object') return null;
  for (const field of mapped === undefined ? everyIdField : [mapped]) {
    const id = idAt(value, field, written);
    if (id !== null) return id;
  }
  return null;
}

/** The parts of the prompt: those that the shape names, behind those that every record may have. */
function partsOf(record: object, shape: Shape): readonly Part[] {
  const present = standingParts.filter(({ at }) => Object.hasOwn(record, at) && !isEmpty(fieldAt(record, at)));
  if (present.length === 0) return shape.prompt;
  const paths = [...pathsOfParts(shape.prompt), ...responsePaths(record, shape.responses)];
  const named = new Set(paths.map((path) => columnOf(record, path)));
  for (const column of Object.keys(shape.leftOut ?? {})) named.add(column);
  return [...present.filter((part) => !named.has(part.at) && isReadable(record, part)), ...shape.prompt];
}

/** A text named history may be anything, and is not taken for a turn. */
const isReadable = (record: object, { kind, at }: StandingPart): boolean =>
  kind !== 'turns' || Array.isArray(fieldAt(record, at));

/** The conversation and the responses. */
function readWhole(
  record: object,
  shape: Shape,
  parts: readonly Part[],
  responses: Responses,
  leftOut: ReadonlySet<string>,
): Whole | Problem {
  const { sides } = responses;
  const turns = readPrompt(record, parts, leftOut);
  if (isProblem(turns)) return turns;
  const [asked, ...others] = turns.filter(({ role }) => role !== 'system');
  const encoded = others.length === 0 ? encodedTurns(asked?.content, sides) : undefined;
  if (encoded && isProblem(encoded)) return encoded;
  const whole = encoded
    ? wholeOf(
        turns.filter(({ role }) => role === 'system'),
        encoded.sides.map((answers, index) => ({
          field: sides[index]?.field ?? '',
          turns: answers.flatMap((content, turn) => [
            { role: 'user', content: encoded.user[turn] ?? '' },
            { role: 'assistant', content },
          ]),
        })),
      )
    : wholeOf(turns, sides);
  if (isProblem(whole)) return whole;
  const { prompt } = whole;
  const spoken = prompt.filter(({ role }) => role !== 'system');
  if ((spoken.length > 0 ? spoken : prompt).some(({ content }) => content.trim() !== '')) return whole;
  if (shape.prompt.length > 0) return problem('empty-prompt', `${promptText(shape.prompt)} is empty`);
  const beginning = prompt.length === 0 && !hasOtherText(record, shape) ? commonBeginning(sides) : undefined;
  return beginning ?? noPrompt(record);
}

/** Whether a record has a text that may well be the prompt: then what two answers begin with is not taken for it. */
const hasOtherText = (record: object, { columns }: Shape): boolean =>
  Object.entries(record).some(
    ([name, value]) => !columns.includes(name) && typeof value === 'string' && /\s/.test(value.trim()),
  );

const noPrompt = (record: object): Problem =>
  problem(
    'missing-prompt',
    `no prompt: looked for prompt, question, instruction, and for a beginning that the responses share; ${fieldNames(record)}. Name it in spec.corpus.fields. ${suggestion(record)}`,
  );

/**
 * Makes an item of a record. What its columns mean is known from the shape of a data set, or from their usual names, or from the
 * job's mapping, which wins. Every text of the conversation is in the item; a record that has one that cannot be shown is refused.
 * null counts as not given.
 *
 * Takes any value and never throws.
 */
export function recogniseRecord(value: unknown, mapping: FieldMapping, place: Place): Recognised {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return problem('not-an-object', 'the record is not an object with fields');
  }
  const recognised = recogniseFields(value, mapping, place);
  if (!isProblem(recognised)) return recognised;
  // What could not be read is nothing that a reader knows: it is the cause where it is in a column that may matter.
  const mapped = Object.values(mapping)
    .flat()
    .filter((path) => typeof path === 'string')
    .filter((path) => place.written?.at(path) === undefined);
  const known = [...mattering, 'label'];
  return unreadableColumn(value, [...mapped, ...known]) ?? recognised;
}

interface Place {
  readonly source: Source;
  readonly carry?: readonly string[] | undefined;
  readonly written?: AsWritten | undefined;
}

const nothing: ReadonlySet<string> = new Set();

function recogniseFields(value: object, mapping: FieldMapping, { source, carry = [], written }: Place): Recognised {
  const jobLeaves = mapping.leaveOut === undefined ? nothing : new Set(mapping.leaveOut);
  const given = without(value, jobLeaves);
  const chosen = shapeOf(given, mapping);
  if (isProblem(chosen)) return chosen;
  const { shape, record } = chosen;
  const media = columnsOfMedia(given);
  if (media) return media;
  const responses = readResponses(record, shape.responses, jobLeaves);
  if (isProblem(responses)) return responses;
  const parts = partsOf(record, shape);
  const whole = readWhole(record, shape, parts, responses, jobLeaves);
  if (isProblem(whole)) return whole;
  const best = readGold(record, shape.gold, whole.responses.length, responses.better);
  if (isProblem(best)) return best;
  const id = readId(record, shape, mapping.id, written);
  if (isProblem(id)) return id;
  const carried = readCarried(record, carry, written);
  if (isProblem(carried)) return carried;
  const reading = readingOf({ given, record, shape, parts, jobLeaves, whole, others: [...carry, id.column] });
  if (isProblem(reading)) return reading;
  const item: Item = {
    sourceId: id.id,
    source,
    prompt: whole.prompt,
    responses: whole.responses,
    gold: best.length === 1 ? (best[0] ?? null) : null,
    ...(best.length > 1 ? { goldTied: [...best] } : {}),
    ...(carry.length > 0 ? { carried } : {}),
  };
  return { item, flavour: shape.name, reading };
}

/** What was read of a record; or why it cannot be judged without the rest. */
function readingOf(read: {
  /** The record without what the job leaves out, and as its shape reads it. */
  readonly given: object;
  readonly record: object;
  readonly shape: Shape;
  readonly parts: readonly Part[];
  readonly jobLeaves: ReadonlySet<string>;
  readonly whole: Whole;
  /** Paths that are read for something else than the conversation, and whose values could be read. */
  readonly others: readonly string[];
}): Reading | Problem {
  const { given, record, shape, parts, jobLeaves, whole } = read;
  const paths = [...pathsOfParts(parts), ...responsePaths(record, shape.responses), ...goldPaths(shape.gold)];
  const shown = [...paths, ...frameColumns(shape)];
  const unreadable = unreadableColumn(record, shown);
  if (unreadable) return unreadable;
  const left = Object.keys(shape.leftOut ?? {}).filter((column) => isGiven(record, column));
  const beside = unseenBeside(given, [...paths, ...read.others], (at) => jobLeaves.has(at) || left.includes(at), whole);
  if (beside) return beside;
  const used = new Set(left);
  for (const path of [...shown, ...read.others]) used.add(columnOf(record, path));
  const unused = unusedColumns(given, used, whole);
  if (isProblem(unused)) return unused;
  return {
    shape: shape.name,
    unused,
    describe: () =>
      descriptionOf(shape, parts, [
        ...left.map((column) => ({ column, reason: shape.leftOut?.[column] ?? '' })),
        ...Array.from(jobLeaves, (column) => ({ column, reason: 'spec.corpus.fields.leaveOut' })),
      ]),
  };
}

/** A record without the columns that the job leaves out. */
function without(record: object, columns: ReadonlySet<string>): object {
  if (columns.size === 0) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !columns.has(name)));
}

const frameColumns = ({ frame }: Shape): string[] =>
  frame ? [frame.question.at, frame.responses.at, ...(frame.verdict === undefined ? [] : [frame.verdict])] : [];
