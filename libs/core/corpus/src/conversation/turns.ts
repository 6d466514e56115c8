/** Reads conversations, in the forms that data sets have them in. */
import type { FailureClass, Message } from '@proofmill/contract';
import { isProblem, type Problem, problem } from '../problem.ts';
import { isEmpty, quoted } from '../field.ts';
import { contentOf, onlyContent, type Fields, isFields, type LeftOut, parsed, toolsText } from './content.ts';
import { isRawConversation, rawTurns } from './raw-text.ts';

/** Other names of the roles. Roles that are not in it stay as they are. */
const roles: Readonly<Record<string, string>> = {
  human: 'user',
  prompter: 'user',
  gpt: 'assistant',
  chatgpt: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  observation: 'tool',
  ipython: 'tool',
};

interface Place {
  /** The field, for a message. */
  readonly field: string;
  /** The class of a record whose field cannot be read. */
  readonly failureClass: FailureClass;
  readonly leftOut: LeftOut;
}

/**
 * The turns of a conversation: a list of `{role, content}` or `{from, value}`, of pairs of a question and an answer, an object
 * with such a list in `messages`, one message, or the JSON of these. A text is one turn of `speaker`, unless it is a raw
 * conversation (`\n\nHuman: ..\n\nAssistant: ..`, of hh-rlhf).
 */
export function turnsOf(value: unknown, speaker: 'user' | 'assistant', place: Place): Message[] | Problem {
  if (typeof value === 'string') return turnsOfText(value, speaker, place);
  if (Array.isArray(value)) return turnsOfList(value, place);
  if (isFields(value)) {
    if (Array.isArray(value.messages)) return turnsOfObject(value, value.messages, place);
    if (roleOf(value) !== undefined) return turnsOfList([value], place);
  }
  const whose = place.failureClass === 'bad-prompt' ? 'a list of messages' : 'messages';
  return problem(place.failureClass, `${place.field} is neither a text nor ${whose}`);
}

/** Messages with what the system said and the tools beside them, as requests of the OpenAI API have them. */
function turnsOfObject(value: Fields, messages: readonly unknown[], place: Place): Message[] | Problem {
  const turns = turnsOfList(messages, { ...place, field: `${place.field}.messages` });
  if (isProblem(turns)) return turns;
  const unseen = ['context', 'documents'].find((name) => !place.leftOut.has(name) && !isEmpty(value[name]));
  if (unseen !== undefined) {
    return problem(
      'unseen-field',
      `${place.field} has ${quoted(unseen)}, which the judge would not see. Say that it does not matter: spec.corpus.fields.leaveOut: [${unseen}]`,
    );
  }
  const { system, tools, functions } = value;
  return withSystem(
    [
      ...(typeof system === 'string' && system.trim() !== '' ? [system] : []),
      ...[tools, functions].filter((list) => !isEmpty(list)).map(toolsText),
    ],
    turns,
  );
}

/** The turns, after one message with what the system said; not again what their own first message says. */
export function withSystem(texts: readonly string[], turns: readonly Message[]): Message[] {
  const [first] = turns;
  const isRepeated = (text: string): boolean => first?.role === 'system' && first.content.trim() === text.trim();
  const said = texts.filter((text, index) => !isRepeated(text) && texts.indexOf(text) === index);
  return said.length === 0 ? [...turns] : [{ role: 'system', content: said.join('\n\n') }, ...turns];
}

function turnsOfText(text: string, speaker: 'user' | 'assistant', place: Place): Message[] | Problem {
  if (isRawConversation(text)) return rawTurns(text);
  const list = /^\s*\[\s*\{/.test(text) ? parsed(text) : undefined;
  const isEncoded = Array.isArray(list) && list.every((entry) => isFields(entry) && roleOf(entry) !== undefined);
  return isEncoded ? turnsOfList(list, place) : [{ role: speaker, content: text }];
}

function turnsOfList(list: readonly unknown[], place: Place): Message[] | Problem {
  const turns: Message[] = [];
  for (const [position, entry] of list.entries()) {
    if (isExchange(entry)) {
      turns.push({ role: 'user', content: entry[0] }, { role: 'assistant', content: entry[1] });
      continue;
    }
    const turn = isFields(entry) ? messageOf(entry, position, place) : undefined;
    if (turn === undefined) return notAMessage(entry, position, place);
    if (isProblem(turn)) return turn;
    turns.push(turn);
  }
  return turns;
}

/** LLaMA-Factory's `history`. */
const isExchange = (entry: unknown): entry is [string, string] =>
  Array.isArray(entry) && entry.length === 2 && entry.every((text) => typeof text === 'string');

const roleOf = ({ role, from }: Fields): string | undefined => {
  const name = role ?? from;
  return typeof name === 'string' && name !== '' ? name : undefined;
};

function messageOf(entry: Fields, position: number, { field, leftOut }: Place): Message | Problem | undefined {
  const role = roleOf(entry);
  if (role === undefined) return undefined;
  const content = onlyContent(entry) ?? contentOf(entry, `${field}, message ${position},`, leftOut);
  if (content === undefined) return undefined;
  if (typeof content !== 'string') return content;
  if (role === 'function_call') return { role: 'assistant', content: `[tool call] ${content}` };
  return { role: roles[role] ?? role, content };
}

function notAMessage(entry: unknown, position: number, { field, failureClass }: Place): Problem {
  const what = typeof entry === 'string' ? 'a text' : 'not {role, content} with texts in both';
  return problem(failureClass, `${field} is a list, so it should hold messages; number ${position} is ${what}`);
}
