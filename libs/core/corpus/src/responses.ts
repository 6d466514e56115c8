/** Reads the responses of a record: each as the turns that its field holds. */
import { isFields, type LeftOut, parsed, textNames } from './conversation/content.ts';
import { turnsOf } from './conversation/turns.ts';
import type { Side } from './conversation/whole.ts';
import { fieldAt, isGiven } from './field.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import { pathsOfResponses, type ResponsesAt } from './shape.ts';

export interface Responses {
  readonly sides: readonly Side[];
  /** The indexes of those that the names of the columns call better. */
  readonly better: readonly number[];
}

interface Entry {
  readonly field: string;
  readonly value: unknown;
}

/** The columns of a record that hold responses. */
export function responsePaths(record: object, at: ResponsesAt): readonly string[] {
  if (at.kind !== 'numbered') return pathsOfResponses(at);
  const paths: string[] = [];
  while (isGiven(record, `${at.prefix}${paths.length + 1}`)) paths.push(`${at.prefix}${paths.length + 1}`);
  return paths;
}

export function readResponses(record: object, at: ResponsesAt, leftOut: LeftOut): Responses | Problem {
  const columns = responsePaths(record, at).map((field) => ({ field, value: fieldAt(record, field) }));
  const [first] = columns;
  const better = at.kind === 'sides' && first ? severalOf(first).length : 0;
  const entries =
    at.kind === 'columns' || at.kind === 'numbered'
      ? columns
      : columns.flatMap(at.kind === 'list' ? entriesOf : severalOf);
  if (entries.length < 2) {
    const name = columns.map(({ field }) => field).join('/');
    return problem('too-few-responses', `${name} has ${entries.length} of them; two are the least to compare`);
  }
  const sides: Side[] = [];
  for (const { field, value } of entries) {
    const turns = turnsOfResponse(value, field, leftOut);
    if (isProblem(turns)) return turns;
    sides.push({ field, turns });
  }
  return { sides, better: [...sides.keys()].slice(0, better) };
}

const entriesOf = ({ field, value }: Entry): Entry[] =>
  Array.isArray(value) ? value.map((entry: unknown, index) => ({ field: `${field}[${index}]`, value: entry })) : [];

/** A list of texts is several responses; a list of messages is one. */
const severalOf = (entry: Entry): Entry[] =>
  Array.isArray(entry.value) && entry.value.length > 0 && entry.value.every((text) => typeof text === 'string')
    ? entriesOf(entry)
    : [entry];

/** A text (an empty one is an answer as well), a message or a list of them, or an object with a text under one of the usual names. */
function turnsOfResponse(value: unknown, field: string, leftOut: LeftOut): Side['turns'] | Problem {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'string'
      ? turnsOf(value, 'assistant', { field, failureClass: 'bad-response', leftOut })
      : problem('bad-response', `${field} is not a text`);
  }
  if (!isFields(value) || 'role' in value || 'from' in value || 'messages' in value) {
    return turnsOf(value, 'assistant', { field, failureClass: 'bad-response', leftOut });
  }
  const given = textNames.filter((name) => typeof value[name] === 'string');
  const [name] = given;
  if (given.length > 1)
    return problem(
      'bad-response',
      `${field} has texts in ${given.join(' and ')}: name the one that counts, such as spec.corpus.fields.responses: "${field.replace(/\[\d+\]$/, '[*]')}.${name}"`,
    );
  if (name !== undefined)
    return turnsOf({ role: 'assistant', ...value, content: value[name] }, 'assistant', {
      field,
      failureClass: 'bad-response',
      leftOut,
    });
  return turnsOf({ role: 'assistant', ...value }, 'assistant', { field, failureClass: 'bad-response', leftOut });
}

/**
 * Texts that are JSON lists of the turns of one speaker, as the data of Chatbot Arena has them: `["first question", "second"]` beside
 * `["first answer", "second"]`. Undefined unless the prompt and every response are such lists; a problem where one of them lacks a turn.
 */
export function encodedTurns(prompt: unknown, responses: readonly Side[]): Encoded | Problem | undefined {
  const user = textsIn(prompt);
  if (user === undefined) return undefined;
  const sides = responses.flatMap(({ turns }) => {
    const texts = turns.length === 1 ? textsIn(turns[0]?.content) : undefined;
    return texts ? [texts] : [];
  });
  if (sides.length < responses.length) return undefined;
  const broken = sides.findIndex((side) => side.length !== user.length || side.includes(null));
  if (broken >= 0 || user.includes(null)) {
    const field = broken < 0 ? 'the prompt' : responses[broken]?.field;
    return problem('bad-response', `${field} is a JSON list that lacks a turn: the prompt has ${user.length}`);
  }
  return { user: user as string[], sides: sides as string[][] };
}

export interface Encoded {
  readonly user: readonly string[];
  readonly sides: readonly (readonly string[])[];
}

function textsIn(text: unknown): (string | null)[] | undefined {
  const list = typeof text === 'string' && text.trimStart().startsWith('[') ? parsed(text) : undefined;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return list.every((turn) => typeof turn === 'string' || turn === null) ? list : undefined;
}
